using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using Straggler.Aggregation;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="Port"/>.</summary>
public sealed record PortOptions
{
    /// <summary>Updates per server step.</summary>
    [Range(1, int.MaxValue)]
    public int BufferSize { get; init; } = 10;

    /// <summary>α, how much the freshness counts; 3 as quoted for the paper.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("staleness_weight", Aliases = ["alpha"])]
    public double StalenessWeight { get; init; } = 3;

    /// <summary>β, how much the agreement with the server's own progress counts; 1 as in the authors' code.</summary>
    [Range(0.0, 1e6)]
    [ConfigKey("similarity_weight", Aliases = ["beta"])]
    public double SimilarityWeight { get; init; } = 1;

    /// <summary>Ω: the staleness at which the freshness is a half; the bound of 10 in the authors' code.</summary>
    [Range(0.0, 1e12, MinimumIsExclusive = true)]
    [ConfigKey("staleness_bound", Aliases = ["omega"])]
    public double StalenessBound { get; init; } = 10;

    /// <summary>Server learning rate; 1 applies the weighted mean as it is.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("server_lr", Aliases = ["eta", "server_learning_rate"])]
    public double ServerLearningRate { get; init; } = 1;
}

/// <summary>Port: a buffered mean with weights ∝ n_i (α Ω/(τ + Ω) + β (cos + 1)/2), cos between Δ_i and the server's own way since.</summary>
/// <remarks>
/// <para>Source: N. Su, B. Li, "How asynchronous can federated learning be?", IWQoS 2022. The cosine is between the client's delta and
/// x_t − x_{t−τ}, what the server has moved by since it sent the client its model, over the trained parameters; 1 where one of them has no
/// length, as for a fresh update. The weights are divided by their sum. The server does not move within a buffer, so weighing at arrival
/// and at the step are the same.</para>
/// <para>Deviation: the paper's server also asks clients that would exceed Ω to report early; here they finish. BatchNorm's buffers are
/// averaged with the same weights.</para>
/// </remarks>
public sealed class Port : IServerStrategy
{
    private readonly PortOptions _options;
    private readonly DeltaBuffer _buffer;
    private readonly float[] _progress;

    /// <summary>Starts with an empty buffer.</summary>
    /// <exception cref="InvalidOptionException">The buffer could never fill, or noise is asked for beside similarities.</exception>
    public Port(PortOptions options, StrategyServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        BufferSizes.Checked(options.BufferSize, services);
        if (options.SimilarityWeight > 0)
        {
            SumNoise.RequireNone(services,
                "port weighs updates by their directions, and divides by the sum of these weights, so one client's data move the weights of all",
                "0, or strategy.similarity_weight: 0");
        }

        _options = options;
        _buffer = new(services);
        _progress = new float[services.TrainableCount];
    }

    /// <inheritdoc/>
    public bool AveragesDeltas => true;

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        double freshness = _options.StalenessBound / (arrival.Staleness + _options.StalenessBound);
        double similarity = (Cosine(update, model) + 1) / 2;
        double weight = arrival.Samples * ((_options.StalenessWeight * freshness) + (_options.SimilarityWeight * similarity));
        _buffer.Add(update, weight);
        if (_buffer.Count == _options.BufferSize)
        {
            _buffer.Step(model, _buffer.Weight, _options.ServerLearningRate);
        }

        return weight;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("buffer", _buffer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("buffer", _buffer);
    }

    private double Cosine(in ClientUpdate update, ServerModel model)
    {
        int trained = _progress.Length;
        TensorPrimitives.Subtract(model.Current[..trained], update.Base[..trained], _progress);
        return FlatVector.DeltaCosine(update.Local, update.Base, _progress);
    }
}
