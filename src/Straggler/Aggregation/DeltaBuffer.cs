using Straggler.Checkpoints;
using Straggler.Federation;
using Straggler.Strategies;

namespace Straggler.Aggregation;

/// <summary>A weighted sum of deltas on its way into the model: what every strategy that averages deltas is built on.</summary>
/// <remarks>Streams: an update is added and gone. The options of <c>aggregation</c> act here, and so on all these strategies alike.</remarks>
/// <param name="services">The run.</param>
public sealed class DeltaBuffer(StrategyServices services) : IStateful
{
    private readonly float[] _sum = new float[services.ParameterCount];
    private readonly SumNoise _noise = new(services);
    private readonly IServerOptimizer _optimizer = services.Aggregation.Optimizer.Create()(services.TrainableCount);

    /// <summary>The buffer of a strategy that remembers what clients sent and uses it again, which no noise on a step would account for.</summary>
    /// <param name="services">The run.</param>
    /// <param name="strategy">Which strategy.</param>
    /// <exception cref="Straggler.Configuration.InvalidOptionException">Noise is asked for.</exception>
    public static DeltaBuffer WithoutNoise(StrategyServices services, string strategy)
    {
        SumNoise.RequireNone(services, strategy);
        return new(services);
    }

    /// <summary>Updates added since the last step.</summary>
    public int Count { get; private set; }

    /// <summary>Sum of the weights of the updates added since the last step.</summary>
    public double Weight { get; private set; }

    /// <summary>The sum so far, for strategies that work on it before they step.</summary>
    public Span<float> Sum => _sum;

    /// <summary>Adds weight × (local − base).</summary>
    /// <param name="update">The update.</param>
    /// <param name="weight">Its weight.</param>
    public void Add(in ClientUpdate update, double weight)
    {
        FlatVector.Accumulate(_sum, update.Local, update.Base, (float)weight);
        Count++;
        Weight += weight;
        _noise.Add(update.Client, weight);
    }

    /// <summary>Moves the model by one step along sum ÷ divisor, and empties the buffer.</summary>
    /// <param name="model">The server's model.</param>
    /// <param name="divisor">What the sum is divided by: <see cref="Count"/>, or <see cref="Weight"/>, or what the strategy says.</param>
    /// <param name="rate">η_g, the server's learning rate.</param>
    public void Step(ServerModel model, double divisor, double rate)
    {
        ArgumentNullException.ThrowIfNull(model);
        _noise.Apply(_sum);
        using (ServerStep step = model.BeginStep())
        {
            _optimizer.Step(step.Current, _sum, divisor, rate, step.Next);
        }

        Clear();
    }

    /// <summary>Empties the buffer without a step.</summary>
    public void Clear()
    {
        Array.Clear(_sum);
        (Count, Weight) = (0, 0);
        _noise.Clear();
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write<float>(_sum);
        writer.Write(Count);
        writer.Write(Weight);
        writer.Write("noise", _noise);
        writer.Write("optimizer", _optimizer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.ReadInto<float>(_sum);
        Count = reader.ReadInt32();
        Weight = reader.ReadDouble();
        reader.Read("noise", _noise);
        reader.Read("optimizer", _optimizer);
    }
}
