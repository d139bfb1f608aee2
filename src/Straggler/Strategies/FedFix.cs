using System.ComponentModel.DataAnnotations;
using Straggler.Aggregation;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="FedFix"/>.</summary>
public sealed record FedFixOptions
{
    /// <summary>Server learning rate η_g.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("server_lr", Aliases = ["eta", "server_learning_rate"])]
    public double ServerLearningRate { get; init; } = 1;

    /// <summary>The importance p_i of a client in the objective: its share of the samples, or 1/n.</summary>
    public ClientWeighting Weighting { get; init; } = ClientWeighting.Samples;
}

/// <summary>FedFix: at fixed intervals x ← x + η_g Σ ω_i Δ_i, with ω_i such that each client has its importance p_i on average.</summary>
/// <remarks>
/// ω_i = p_i · (intervals since the client's update before, or since the beginning) for a client that has come in this interval, and 0 for
/// the others. With all clients always out this is the paper's d_i = ⌈T_i/Δt⌉ p_i, known without knowing T_i; and whatever the delays and
/// the scheduler, a client's weights up to its last update sum to p_i for each interval, which is the paper's condition E[ω_i] = p_i.
/// Source: Y. Fraboni et al., "A general theory for federated optimization with asynchronous and heterogeneous clients updates", JMLR 24
/// (2023), arXiv 2206.10189, and the authors' code. Keeps a number for each client. An update that is not finite is passed over; the client's next one
/// stands for its intervals too.
/// </remarks>
public sealed class FedFix(FedFixOptions options, StrategyServices services) : IServerStrategy
{
    private readonly DeltaBuffer _buffer = new(services);
    private readonly long[] _answeredUntil = new long[services.ClientCount];
    private long _intervals;

    /// <inheritdoc/>
    public bool IsSynchronous => true;

    /// <inheritdoc/>
    public bool AveragesDeltas => true;

    /// <inheritdoc/>
    public string OwnScheduler => "interval";

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        double importance = options.Weighting == ClientWeighting.Samples ? services.ShareOf(arrival.Client) : 1.0 / services.ClientCount;
        double weight = importance * (_intervals + 1 - _answeredUntil[arrival.Client]);
        _answeredUntil[arrival.Client] = _intervals + 1;
        _buffer.Add(update, weight);
        return weight;
    }

    /// <inheritdoc/>
    public void OnRoundEnd(in Round round, ServerModel model)
    {
        _intervals++;
        if (_buffer.Count > 0)
        {
            _buffer.Step(model, 1, options.ServerLearningRate);
        }
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_intervals);
        writer.Write<long>(_answeredUntil);
        writer.Write("buffer", _buffer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _intervals = reader.ReadInt64();
        reader.ReadInto<long>(_answeredUntil);
        reader.Read("buffer", _buffer);
    }
}
