using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using Straggler.Aggregation;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="TrustWeight"/>.</summary>
public sealed record TrustWeightOptions
{
    /// <summary>Updates per server step, K; the source's 5.</summary>
    [Range(1, int.MaxValue)]
    public int BufferSize { get; init; } = 5;

    /// <summary>Server learning rate η; the source's 1.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("server_lr", Aliases = ["eta", "server_learning_rate"])]
    public double ServerLearningRate { get; init; } = 1;

    /// <summary>α: an update's trust falls by e^(−ατ); the source's 0.1.</summary>
    [Range(0.0, 1e6)]
    [ConfigKey("staleness_decay", Aliases = ["alpha"])]
    public double StalenessDecay { get; init; } = 0.1;

    /// <summary>β₁: how much staleness shrinks the part of an update across the momentum; the source's 0.</summary>
    [Range(0.0, 1e6)]
    [ConfigKey("shrink_by_staleness", Aliases = ["beta1"])]
    public double ShrinkByStaleness { get; init; }

    /// <summary>β₂: how much its length shrinks that part; the source's 0.</summary>
    [Range(0.0, 1e6)]
    [ConfigKey("shrink_by_norm", Aliases = ["beta2"])]
    public double ShrinkByNorm { get; init; }

    /// <summary>θ of the fall of the client's training loss during its task; the source's 0.</summary>
    [Range(-1e6, 1e6)]
    public double ThetaLoss { get; init; }

    /// <summary>θ of the update's length; the source's 0.</summary>
    [Range(-1e6, 1e6)]
    public double ThetaNorm { get; init; }

    /// <summary>θ of the update's cosine with the momentum; the source's 0.</summary>
    [Range(-1e6, 1e6)]
    public double ThetaCosine { get; init; }

    /// <summary>γ: how much of the momentum a step replaces; the source's 0.9.</summary>
    [Range(0.0, 1.0)]
    [ConfigKey("momentum_rate", Aliases = ["gamma"])]
    public double MomentumRate { get; init; } = 0.9;
}

/// <summary>
/// TrustWeight: after K arrivals x ← x + η d with d = Σ W_i [P_m Δ_i + g_i (Δ_i − P_m Δ_i)], P_m the projection on the momentum m,
/// g_i = 1/(1 + β₁τ_i + β₂‖Δ_i‖), W_i ∝ n_i e^(−ατ_i) e^(θ·f_i) with ΣW = 1; then m ← (1 − γ)m + γd.
/// </summary>
/// <remarks>
/// <para>Source: a later strategy of the authors of the Python baseline that this project grew from. Stated in full:
/// f_i = (ΔL_i, ‖Δ_i‖, cos(Δ_i, m)), with ΔL_i the loss of the first gradient step of the client's task minus that of its last one (both
/// over a batch, so it is noisy with small batches). Norms, cosines and projections are over the trained parameters. While m has no length,
/// as before the first step, the projection and the cosine are 0.</para>
/// <para>It streams: within a buffer m does not change, so Σ W_i g_i Δ_i and the sum of the coefficients along m are enough. The
/// exponentials are taken relative to the largest exponent so far, and so cannot overflow. BatchNorm's buffers have no direction: they move by
/// Σ W_i g_i Δ_i, and m does not cover them.</para>
/// </remarks>
public sealed class TrustWeight : IServerStrategy
{
    private readonly TrustWeightOptions _options;
    private readonly DeltaBuffer _across;
    private readonly float[] _momentum;
    private double _along;
    private double _trust;
    private double _largestExponent = double.NegativeInfinity;

    /// <summary>Starts with an empty buffer and no momentum.</summary>
    /// <exception cref="InvalidOptionException">The buffer could never fill, or noise is asked for.</exception>
    public TrustWeight(TrustWeightOptions options, StrategyServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        BufferSizes.Checked(options.BufferSize, services);
        SumNoise.RequireNone(services,
            "trustweight weighs updates by what they say and steers by a momentum of sums without noise, so no noise on a step would account for them",
            "0, or a strategy that weighs by metadata alone, such as fedbuff");
        _options = options;
        _across = new(services);
        _momentum = new float[services.TrainableCount];
    }

    /// <inheritdoc/>
    public bool AveragesDeltas => true;

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        DeltaProducts products = FlatVector.MeasureDelta(update.Local, update.Base, _momentum);
        double norm = Math.Sqrt(products.DeltaSquared);
        double exponent = (-_options.StalenessDecay * arrival.Staleness) + Features(update.Outcome.LossDrop, norm, products);
        Rescale(exponent);
        double trust = arrival.Samples * Math.Exp(exponent - _largestExponent);
        double kept = 1 / (1 + (_options.ShrinkByStaleness * arrival.Staleness) + (_options.ShrinkByNorm * norm));
        _across.Add(update, trust * kept);
        _along += products.ReferenceSquared > 0 ? trust * (1 - kept) * products.Dot / products.ReferenceSquared : 0;
        _trust += trust;
        if (_across.Count == _options.BufferSize)
        {
            Step(model);
        }

        return arrival.Samples * Math.Exp(exponent);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("across", _across);
        writer.Write<float>(_momentum);
        writer.Write(_along);
        writer.Write(_trust);
        writer.Write(_largestExponent);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("across", _across);
        reader.ReadInto<float>(_momentum);
        (_along, _trust, _largestExponent) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
    }

    private double Features(double lossDrop, double norm, DeltaProducts products)
    {
        double lengths = norm * Math.Sqrt(products.ReferenceSquared);
        double cosine = lengths > 0 ? Math.Clamp(products.Dot / lengths, -1, 1) : 0;
        return (_options.ThetaLoss * (double.IsFinite(lossDrop) ? lossDrop : 0)) + (_options.ThetaNorm * norm) + (_options.ThetaCosine * cosine);
    }

    /// <summary>Keeps all weights of the buffer relative to the largest exponent.</summary>
    private void Rescale(double exponent)
    {
        if (exponent > _largestExponent)
        {
            double factor = Math.Exp(_largestExponent - exponent);
            TensorPrimitives.Multiply(_across.Sum, (float)factor, _across.Sum);
            _along *= factor;
            _trust *= factor;
            _largestExponent = exponent;
        }
    }

    private void Step(ServerModel model)
    {
        Span<float> sum = _across.Sum;
        (float along, float scale, float rate) = ((float)_along, (float)(1 / _trust), (float)_options.MomentumRate);
        for (int i = 0; i < _momentum.Length; i++)
        {
            float direction = sum[i] + (along * _momentum[i]);
            sum[i] = direction;
            _momentum[i] = ((1 - rate) * _momentum[i]) + (rate * scale * direction);
        }

        _across.Step(model, _trust, _options.ServerLearningRate);
        (_along, _trust, _largestExponent) = (0, 0, double.NegativeInfinity);
    }
}
