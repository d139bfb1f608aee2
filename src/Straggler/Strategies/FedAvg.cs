using System.ComponentModel.DataAnnotations;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;

namespace Straggler.Strategies;

/// <summary>How much each client counts in a round.</summary>
public enum ClientWeighting
{
    /// <summary>By its number of training samples.</summary>
    Samples,

    /// <summary>All alike.</summary>
    Uniform,
}

/// <summary>Options of <see cref="FedAvg"/>.</summary>
public sealed record FedAvgOptions
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
public sealed class FedAvg(FedAvgOptions options, StrategyServices services) : IServerStrategy
{
    private readonly float[] _sum = new float[services.ParameterCount];
    private double _weight;
    private int _answered;

    /// <inheritdoc/>
    public bool IsSynchronous => true;

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        double weight = options.Weighting == ClientWeighting.Samples ? arrival.Samples : 1;
        FlatVector.Accumulate(_sum, update.Local, update.Base, (float)weight);
        _weight += weight;
        Answered(model);
        return weight;
    }

    /// <inheritdoc/>
    public void OnRefused(in Arrival arrival, ServerModel model) => Answered(model);

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write<float>(_sum);
        writer.Write(_weight);
        writer.Write(_answered);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.ReadInto<float>(_sum);
        _weight = reader.ReadDouble();
        _answered = reader.ReadInt32();
    }

    private void Answered(ServerModel model)
    {
        if (++_answered < services.Concurrency)
        {
            return;
        }

        if (_weight > 0)
        {
            using ServerStep step = model.BeginStep();
            FlatVector.Step(step.Current, _sum, (float)(options.ServerLearningRate / _weight), step.Next);
        }

        Array.Clear(_sum);
        (_weight, _answered) = (0, 0);
    }
}
