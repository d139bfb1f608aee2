using System.ComponentModel.DataAnnotations;
using Straggler.Checkpoints;
using Straggler.Simulation;
using Straggler.Strategies;

namespace Straggler.Scheduling;

/// <summary>Options of <see cref="PiscesSelection"/>.</summary>
public sealed record PiscesSelectionOptions : IJudgesByReports
{
    /// <summary>β: how strongly a client's usual staleness counts against it.</summary>
    [Range(0.0, 100.0)]
    public double StalenessPenalty { get; init; } = 0.5;

    /// <summary>ε before the first round; the authors' code has 0.3.</summary>
    [Range(0.0, 1.0)]
    public double Exploration { get; init; } = 0.3;

    /// <summary>What ε is multiplied by in each round; the authors' code has 0.99.</summary>
    [Range(0.0, 1.0)]
    public double ExplorationDecay { get; init; } = 0.99;

    /// <summary>Least ε; the authors' code has 0.1.</summary>
    [Range(0.0, 1.0)]
    public double ExplorationMin { get; init; } = 0.1;
}

/// <summary>The idle client with the largest n_i √(mean loss²)/(1 + τ̄_i)^β, where τ̄_i is the mean staleness of its last 5 updates.</summary>
/// <remarks>
/// Source: Z. Jiang, W. Wang, B. Li, B. Li, "Pisces: efficient federated learning via guided asynchronous training", SoCC 2022, arXiv
/// 2206.09264, section on participant selection, and the authors' code in Plato. Deviations: the mean squared loss is over batches, not
/// samples, of the whole training; each selection explores with probability ε, where the authors draw how many of a batch of selections do;
/// no outlier detection; the pace of aggregation is the strategy's and not adapted. Of equal clients the one with the lowest number is taken.
/// </remarks>
/// <param name="options">How staleness counts and how much is explored.</param>
/// <param name="services">The run.</param>
/// <param name="group">The group's number, which names its streams.</param>
/// <param name="members">The group's clients, ascending; not copied.</param>
public sealed class PiscesSelection(PiscesSelectionOptions options, SchedulingServices services, int group, int[] members)
    : UtilitySelection(services, group, members, (options.Exploration, options.ExplorationDecay, options.ExplorationMin))
{
    private const int Window = 5;
    private readonly long[] _staleness = new long[members.Length * Window];
    private readonly int[] _updates = new int[members.Length];

    /// <inheritdoc/>
    protected override void Learn(int place, in Arrival arrival) =>
        _staleness[(place * Window) + (_updates[place]++ % Window)] = arrival.Staleness;

    /// <inheritdoc/>
    protected override int Exploit(IReadOnlyList<int> places, ref RandomStream random) => places.MaxBy(Score);

    /// <inheritdoc/>
    protected override int Explore(IReadOnlyList<int> places, ref RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(places);
        return places[random.NextInt32(places.Count)];
    }

    /// <inheritdoc/>
    public override void Save(StateWriter writer)
    {
        base.Save(writer);
        writer.Write<long>(_staleness);
        writer.Write<int>(_updates);
    }

    /// <inheritdoc/>
    public override void Load(StateReader reader)
    {
        base.Load(reader);
        reader.ReadInto<long>(_staleness);
        reader.ReadInto<int>(_updates);
    }

    private double Score(int place)
    {
        int count = Math.Min(Window, _updates[place]);
        double sum = 0;
        for (int update = 0; update < count; update++)
        {
            sum += _staleness[(place * Window) + update];
        }

        return UtilityOf(place) / Math.Pow(1 + (sum / count), options.StalenessPenalty);
    }
}
