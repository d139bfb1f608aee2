using System.ComponentModel.DataAnnotations;
using Straggler.Aggregation;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Staleness;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="FedBuff"/>.</summary>
public sealed record FedBuffOptions
{
    /// <summary>Updates per server step, K; the paper's 10 by default.</summary>
    [Range(1, int.MaxValue)]
    public int BufferSize { get; init; } = 10;

    /// <summary>Whether updates are discounted by s(τ); false is s ≡ 1.</summary>
    public bool StalenessScaling { get; init; } = true;

    /// <summary>s(τ); the paper's 1/√(1 + τ) by default.</summary>
    [ConfigKey("staleness", Aliases = ["staleness_fn"])]
    public Choice<IStalenessWeight> Staleness { get; init; } = BuiltIns.StalenessWeights.Choose("polynomial");

    /// <summary>Server learning rate η_g; 1 applies the mean delta as it is.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("server_lr", Aliases = ["eta", "server_learning_rate"])]
    public double ServerLearningRate { get; init; } = 1;

    /// <summary>Virtual seconds after a buffer's first update at which it is flushed though not full; null to wait.</summary>
    [Range(0.0, 1e15, MinimumIsExclusive = true)]
    public double? TimeoutS { get; init; }
}

/// <summary>FedBuff: after K arrivals x ← x + η_g (1/K) Σ s(τ_i) Δ_i.</summary>
/// <remarks>
/// Source: J. Nguyen et al., "Federated learning with buffered asynchronous aggregation", AISTATS 2022, arXiv 2106.06639, Algorithm 1,
/// with s(τ) = 1/√(1 + τ) of its section on staleness scaling. Deltas here point the way of the server's step (local − dispatched);
/// the paper's have the other sign. Deviation: an optional virtual-time timeout (the seed's <c>timeout_s</c>; a production system
/// would call it a deadline) flushes a buffer that is not full with the mean over the updates it holds.
/// </remarks>
public sealed class FedBuff : IServerStrategy
{
    private readonly FedBuffOptions _options;
    private readonly IStalenessWeight _staleness;
    private readonly DeltaBuffer _buffer;
    private VirtualTime _firstArrived;

    /// <summary>Starts with an empty buffer.</summary>
    /// <exception cref="InvalidOptionException">The buffer could never fill.</exception>
    public FedBuff(FedBuffOptions options, StrategyServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        if (services.Redispatch == Redispatch.Flush && options.BufferSize > services.Concurrency && options.TimeoutS is null)
        {
            throw new InvalidOptionException("strategy.buffer_size",
                $"{options.BufferSize} is more than the {services.Concurrency} clients in flight, so with scheduler.redispatch: flush the "
                + "buffer never fills. Allowed: a buffer_size of at most the concurrency, a timeout_s, or redispatch: arrival.");
        }

        _options = options;
        _staleness = (options.StalenessScaling ? options.Staleness : BuiltIns.StalenessWeights.Choose("constant")).Create();
        _buffer = new(services);
    }

    /// <inheritdoc/>
    public bool AveragesDeltas => true;

    /// <inheritdoc/>
    public VirtualTime Deadline =>
        _buffer.Count > 0 && _options.TimeoutS is { } seconds ? _firstArrived + new VirtualDuration(seconds) : VirtualTime.Never;

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        double weight = _staleness.Weight(arrival.Staleness);
        _firstArrived = _buffer.Count == 0 ? arrival.Arrived : _firstArrived;
        _buffer.Add(update, weight);
        if (_buffer.Count == _options.BufferSize)
        {
            Flush(model);
        }

        return weight;
    }

    /// <inheritdoc/>
    public void OnDeadline(ServerModel model) => Flush(model);

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("buffer", _buffer);
        writer.Write(_firstArrived.Seconds);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("buffer", _buffer);
        _firstArrived = new(reader.ReadDouble());
    }

    private void Flush(ServerModel model) => _buffer.Step(model, _buffer.Count, _options.ServerLearningRate);
}
