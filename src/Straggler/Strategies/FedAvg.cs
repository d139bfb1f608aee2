using System.ComponentModel.DataAnnotations;
using Straggler.Aggregation;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;
using Straggler.Training;

namespace Straggler.Strategies;

/// <summary>How much each client counts in a round.</summary>
public enum ClientWeighting
{
    /// <summary>By its number of training samples.</summary>
    Samples,

    /// <summary>All alike.</summary>
    Uniform,
}

/// <summary>Options of <see cref="FedAvg"/>, and of strategies that are FedAvg with something more.</summary>
public record FedAvgOptions
{
    /// <summary>Server learning rate η_g; 1 replaces the model by the clients' mean.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("server_lr", Aliases = ["eta", "server_learning_rate"])]
    public double ServerLearningRate { get; init; } = 1;

    /// <summary>How much each client counts; the paper weighs by samples.</summary>
    public ClientWeighting Weighting { get; init; } = ClientWeighting.Samples;
}

/// <summary>FedAvg: rounds of C clients; when all have answered, x ← x + η_g Σ (n_i/Σn) Δ_i.</summary>
/// <remarks>
/// Source: B. McMahan et al., "Communication-efficient learning of deep networks from decentralized data", AISTATS 2017, arXiv
/// 1602.05629, Algorithm 1. The synchronous baseline, under the same clock and costs as the others: a round lasts as long as its
/// slowest client. A client whose update is refused (not finite) counts as absent from its round.
/// </remarks>
/// <param name="options">Server learning rate and weighting.</param>
/// <param name="services">The run.</param>
/// <param name="clients">What clients do besides the recipe; null for nothing.</param>
public sealed class FedAvg(FedAvgOptions options, StrategyServices services, ClientAlgorithm? clients = null) : IServerStrategy
{
    private readonly DeltaBuffer _round = new(services);
    private readonly ClientAlgorithm _clients = clients ?? ClientAlgorithm.Plain;

    /// <inheritdoc/>
    public bool IsSynchronous => true;

    /// <inheritdoc/>
    public bool AveragesDeltas => true;

    /// <inheritdoc/>
    public ClientAlgorithm Instruct(in Dispatch dispatch, ServerModel model) => _clients;

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        double weight = options.Weighting == ClientWeighting.Samples ? arrival.Samples : 1;
        _round.Add(update, weight);
        return weight;
    }

    /// <inheritdoc/>
    public void OnRoundEnd(in Round round, ServerModel model)
    {
        if (_round.Weight > 0)
        {
            _round.Step(model, _round.Weight, options.ServerLearningRate);
        }
        else
        {
            _round.Clear();
        }
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("round", _round);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("round", _round);
    }
}
