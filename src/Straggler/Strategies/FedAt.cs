using System.ComponentModel.DataAnnotations;
using Straggler.Checkpoints;
using Straggler.Federation;
using Straggler.Training;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="FedAt"/>.</summary>
public sealed record FedAtOptions
{
    /// <summary>λ of the clients' proximal term λ/2‖w − x‖²; the paper's 0.4 by default.</summary>
    [Range(0.0, 1e6)]
    public double Proximal { get; init; } = 0.4;
}

/// <summary>FedAT: tiers step in rounds of their own, and the tiers that step less often weigh more in the model.</summary>
/// <remarks>
/// When a round of tier m ends: w_m ← Σ (n_k/Σn) w_k over its clients, T_m ← T_m + 1, and x ← Σ_j (T_{M+1−j}/T) w_j with T = Σ T_j, so
/// that each tier has the weight of its opposite. Source: Z. Chai et al., "FedAT: a high-performance and communication-efficient federated
/// learning system with asynchronous tiers", SC 2021, arXiv 2010.05958, Algorithm 2 and equation 5. The tiers are the scheduler's groups,
/// the fastest first; with a scheduler of one group it is FedAvg. Keeps 2M vectors: each tier's model, the initial one at first, and its
/// round's sum. As the rule says, a tier's steps reach the model only once its opposite has stepped too. Deviation: the paper's polyline
/// compression is left out. BatchNorm's statistics travel with the parameters.
/// </remarks>
public sealed class FedAt(FedAtOptions options, StrategyServices services) : IServerStrategy
{
    private readonly List<Tier> _tiers = [];

    /// <inheritdoc/>
    public bool IsSynchronous => true;

    /// <inheritdoc/>
    public string OwnScheduler => "tiers";

    /// <inheritdoc/>
    public ClientAlgorithm Instruct(in Dispatch dispatch, ServerModel model) =>
        options.Proximal == 0 ? ClientAlgorithm.Plain : new() { ProximalCoefficient = options.Proximal };

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        EnsureTiers(arrival.Group + 1, model);
        Tier tier = _tiers[arrival.Group];
        FlatVector.Accumulate(tier.Sum, update.Local, tier.Model, arrival.Samples);
        tier.Weight += arrival.Samples;
        return arrival.Samples;
    }

    /// <inheritdoc/>
    public void OnRoundEnd(in Round round, ServerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        EnsureTiers(round.Groups, model);
        Tier tier = _tiers[round.Group];
        if (tier.Weight > 0)
        {
            tier.Step();
            using ServerStep step = model.BeginStep();
            Blend(step.Next);
        }
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_tiers.Count);
        foreach (Tier tier in _tiers)
        {
            writer.Write("tier", tier);
        }
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _tiers.Clear();
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            _tiers.Add(new(new float[services.ParameterCount]));
            reader.Read("tier", _tiers[^1]);
        }
    }

    /// <summary>Makes the tiers that are not there yet; all are before the first step, so they begin with the initial model.</summary>
    private void EnsureTiers(int count, ServerModel model)
    {
        while (_tiers.Count < count)
        {
            _tiers.Add(new(model.Current.ToArray()));
        }
    }

    private void Blend(Span<float> next)
    {
        double total = _tiers.Sum(tier => tier.Steps);
        next.Clear();
        for (int tier = 0; tier < _tiers.Count; tier++)
        {
            FlatVector.Step(next, _tiers[tier].Model, (float)(_tiers[^(tier + 1)].Steps / total), next);
        }
    }

    /// <summary>A tier's model and what its round has brought so far.</summary>
    private sealed class Tier(float[] model) : IStateful
    {
        public float[] Model { get; } = model;

        /// <summary>Σ n_k (w_k − w_m).</summary>
        public float[] Sum { get; } = new float[model.Length];

        public double Weight { get; set; }

        public long Steps { get; private set; }

        public void Step()
        {
            FlatVector.Step(Model, Sum, (float)(1 / Weight), Model);
            Array.Clear(Sum);
            Weight = 0;
            Steps++;
        }

        public void Save(StateWriter writer)
        {
            writer.Write<float>(Model);
            writer.Write<float>(Sum);
            writer.Write(Weight);
            writer.Write(Steps);
        }

        public void Load(StateReader reader)
        {
            reader.ReadInto<float>(Model);
            reader.ReadInto<float>(Sum);
            Weight = reader.ReadDouble();
            Steps = reader.ReadInt64();
        }
    }
}
