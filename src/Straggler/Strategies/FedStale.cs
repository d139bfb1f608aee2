using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using Straggler.Aggregation;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;

namespace Straggler.Strategies;

/// <summary>What <see cref="FedStale"/> takes for a client's probability to take part in a round.</summary>
public enum Participation
{
    /// <summary>The share of all clients that the round has: every client is as likely as any other.</summary>
    Round,

    /// <summary>The share of the rounds so far that the client itself has taken part in, this one included.</summary>
    Observed,
}

/// <summary>Options of <c>unbiased_fedavg</c>, and those of <see cref="FedStale"/> but β.</summary>
public record ParticipationOptions
{
    /// <summary>Server learning rate η_g; 1 applies the estimate as it is.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("server_lr", Aliases = ["eta", "server_learning_rate"])]
    public double ServerLearningRate { get; init; } = 1;

    /// <summary>α_k: clients' shares by their samples, or all alike.</summary>
    public ClientWeighting Weighting { get; init; } = ClientWeighting.Samples;

    /// <summary>p_k, the probability of a client to take part.</summary>
    public Participation Participation { get; init; } = Participation.Round;
}

/// <summary>Options of <c>fedvarp</c>.</summary>
public sealed record FedVarpOptions : ParticipationOptions
{
    /// <summary>Starts from clients that count alike, as in its paper.</summary>
    public FedVarpOptions() => Weighting = ClientWeighting.Uniform;
}

/// <summary>Options of <see cref="FedStale"/>.</summary>
public sealed record FedStaleOptions : ParticipationOptions
{
    /// <summary>β, the weight of the latest deltas of absent clients: 1 is FedVARP, 0 forgets them.</summary>
    [Range(0.0, 1.0)]
    public double Beta { get; init; } = 0.5;
}

/// <summary>FedStale: x ← x + η_g [β Σ_k α_k h_k + Σ_{k∈S} (α_k/p_k)(Δ_k − β h_k)]; then h_k ← Δ_k for k in S.</summary>
/// <remarks>
/// <para>Source: A. Rodio, G. Neglia, "FedStale: leveraging stale client updates in federated learning", ECAI 2024, arXiv 2405.04171,
/// Algorithm 1. β = 1 is FedVARP, D. Jhunjhunwala et al., UAI 2022, arXiv 2207.14130; β = 0 is FedAvg with unbiased weights. h_k is the
/// client's latest delta, 0 before its first; Σ α_k h_k is over all n clients, as it stood before the round.</para>
/// <para>p_k is the round's share of all clients (uniform sampling, FedVARP's mean over S), or observed online, which the paper tries
/// too.</para>
/// <para>Memory: a vector for each client heard of (none with β = 0), see <see cref="ClientVectors"/>, and three more. BatchNorm's
/// buffers are averaged over the round by α_k.</para>
/// </remarks>
/// <param name="options">Server learning rate, weighting, participation.</param>
/// <param name="beta">β.</param>
/// <param name="services">The run.</param>
public sealed class FedStale(ParticipationOptions options, double beta, StrategyServices services) : IServerStrategy
{
    private readonly DeltaBuffer _round = DeltaBuffer.WithoutNoise(services, "fedstale");
    private readonly ClientVectors _latest = new(services.ClientCount, services.TrainableCount);
    private readonly float[] _fresh = new float[services.TrainableCount];
    private readonly float[] _stale = new float[services.TrainableCount];
    private readonly float[] _change = new float[services.TrainableCount];
    private readonly int[] _roundsOf = new int[options.Participation == Participation.Observed ? services.ClientCount : 0];
    private int _rounds;

    /// <inheritdoc/>
    public bool IsSynchronous => true;

    /// <inheritdoc/>
    public bool AveragesDeltas => true;

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        int trained = _fresh.Length;
        double share = options.Weighting == ClientWeighting.Samples ? services.ShareOf(arrival.Client) : 1.0 / services.ClientCount;
        double weight = options.Participation == Participation.Observed ? share * (_rounds + 1) / ++_roundsOf[arrival.Client] : share;
        _round.Add(update, share);
        FlatVector.Accumulate(_fresh, update.Local[..trained], update.Base[..trained], (float)weight);
        if (beta > 0)
        {
            Span<float> latest = _latest.Of(arrival.Client);
            FlatVector.Step(_fresh, latest, (float)(-beta * weight), _fresh);
            FlatVector.Replace(latest, update.Local, update.Base, _change, (float)share);
        }

        return weight;
    }

    /// <inheritdoc/>
    public void OnRoundEnd(in Round round, ServerModel model)
    {
        _rounds++;
        if (_round.Count > 0)
        {
            // The buffer divides by the sum of shares, which makes the mean of what BatchNorm's buffers need; so all else is multiplied by it.
            double byRound = options.Participation == Participation.Round ? (double)services.ClientCount / _round.Count : 1;
            Span<float> sum = _round.Sum[.._fresh.Length];
            TensorPrimitives.Multiply(_fresh, (float)(byRound * _round.Weight), sum);
            FlatVector.Step(sum, _stale, (float)(beta * _round.Weight), sum);
            _round.Step(model, _round.Weight, options.ServerLearningRate);
        }

        FlatVector.Step(_stale, _change, 1, _stale);
        Array.Clear(_change);
        Array.Clear(_fresh);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("round", _round);
        writer.Write("latest", _latest);
        writer.Write<float>(_fresh);
        writer.Write<float>(_stale);
        writer.Write<float>(_change);
        writer.Write<int>(_roundsOf);
        writer.Write(_rounds);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("round", _round);
        reader.Read("latest", _latest);
        reader.ReadInto<float>(_fresh);
        reader.ReadInto<float>(_stale);
        reader.ReadInto<float>(_change);
        reader.ReadInto<int>(_roundsOf);
        _rounds = reader.ReadInt32();
    }
}
