using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>A distribution made of classes: one is picked by its share, then a value is drawn from it.</summary>
/// <remarks>With <c>per: class</c> a client's class is picked once, and each of its tasks draws from that class.</remarks>
public abstract class ClassDistribution : IDistribution
{
    private readonly IReadOnlyList<IDistribution> _classes;
    private readonly Shares _shares;

    private protected ClassDistribution(IReadOnlyList<IDistribution> classes, IReadOnlyList<double> weights)
    {
        _classes = classes;
        _shares = new(weights);
        Mean = classes.Zip(weights, (part, weight) => weight == 0 ? 0 : weight * part.Mean).Sum() / weights.Sum();
    }

    /// <inheritdoc/>
    public double Mean { get; }

    /// <summary>Number of classes.</summary>
    public int Count => _classes.Count;

    /// <summary>Picks a class by its share.</summary>
    /// <returns>The class, 0-based.</returns>
    public int PickClass(ref RandomStream random) => _shares.Pick(ref random);

    /// <summary>Draws a value of one class.</summary>
    /// <param name="index">The class, 0-based.</param>
    /// <param name="random">The stream to draw from.</param>
    public double SampleOf(int index, ref RandomStream random) => _classes[index].Sample(ref random);

    /// <inheritdoc/>
    public double Sample(ref RandomStream random) => SampleOf(PickClass(ref random), ref random);
}
