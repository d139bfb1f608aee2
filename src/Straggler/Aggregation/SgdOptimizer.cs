using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using Straggler.Checkpoints;
using Straggler.Federation;

namespace Straggler.Aggregation;

/// <summary>Options of <see cref="SgdOptimizer"/>.</summary>
public sealed record SgdOptimizerOptions
{
    /// <summary>β, how much of the last direction is kept; 0 for none.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; init; }
}

/// <summary>v ← βv + Δ̄; x ← x + ηv. Without momentum, the average itself.</summary>
/// <remarks>
/// Source: FedAvgM, T. Hsu, H. Qi, M. Brown, "Measuring the effects of non-identical data distribution for federated visual
/// classification", 2019, arXiv 1909.06335, section 4.3: v ← βv + Δw, w ← w − v. BatchNorm's buffers follow their average without
/// momentum.
/// </remarks>
public sealed class SgdOptimizer(SgdOptimizerOptions options, int trainableCount) : IServerOptimizer
{
    private readonly float _momentum = (float)options.Momentum;
    private readonly float[] _velocity = options.Momentum == 0 ? [] : new float[trainableCount];

    /// <inheritdoc/>
    public void Step(ReadOnlySpan<float> current, Span<float> sum, double divisor, double rate, Span<float> next)
    {
        int trained = _velocity.Length;
        if (trained > 0)
        {
            TensorPrimitives.Multiply(_velocity, _momentum, _velocity);
            FlatVector.Step(_velocity, sum[..trained], (float)(1 / divisor), _velocity);
            FlatVector.Step(current[..trained], _velocity, (float)rate, next[..trained]);
        }

        FlatVector.Step(current[trained..], sum[trained..], (float)(rate / divisor), next[trained..]);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write<float>(_velocity);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.ReadInto<float>(_velocity);
    }
}
