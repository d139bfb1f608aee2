using System.ComponentModel.DataAnnotations;
using Straggler.Checkpoints;
using Straggler.Federation;

namespace Straggler.Aggregation;

/// <summary>Options of <see cref="AmsGradOptimizer"/>.</summary>
public sealed record AmsGradOptions
{
    /// <summary>β₁, the memory of the first moment; the source's 0.9.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂, the memory of the second moment; the source's 0.99.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta2 { get; init; } = 0.99;

    /// <summary>ε, added to the root; the source's 1e-8.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    public double Epsilon { get; init; } = 1e-8;
}

/// <summary>m ← β₁m + (1 − β₁)Δ̄; v ← β₂v + (1 − β₂)Δ̄²; v̂ ← max(v̂, v); x ← x + η m/(√v̂ + ε).</summary>
/// <remarks>
/// Source: S. Reddi, S. Kale, S. Kumar, "On the convergence of Adam and beyond", ICLR 2018, Algorithm 2, as the server's rule of Y. Wang et
/// al., FADAS, ICML 2024, arXiv 2407.18365, Algorithm 1: without bias correction, the root taken of v̂ and not of v, ε outside the root.
/// The moments cover the trained parameters; BatchNorm's buffers move by the whole average, since η is no fraction of it.
/// </remarks>
public sealed class AmsGradOptimizer(AmsGradOptions options, int trainableCount) : IServerOptimizer
{
    private readonly float[] _first = new float[trainableCount];
    private readonly float[] _second = new float[trainableCount];
    private readonly float[] _largest = new float[trainableCount];

    /// <summary>v̂ so far.</summary>
    public ReadOnlySpan<float> Largest => _largest;

    /// <inheritdoc/>
    public void Step(ReadOnlySpan<float> current, Span<float> sum, double divisor, double rate, Span<float> next)
    {
        (float keep1, float keep2, float epsilon) = ((float)options.Beta1, (float)options.Beta2, (float)options.Epsilon);
        (float take1, float take2) = ((float)(1 - options.Beta1), (float)(1 - options.Beta2));
        (float scale, float step) = ((float)(1 / divisor), (float)rate);
        for (int i = 0; i < _first.Length; i++)
        {
            float mean = sum[i] * scale;
            float first = _first[i] = (keep1 * _first[i]) + (take1 * mean);
            float second = _second[i] = (keep2 * _second[i]) + (take2 * mean * mean);
            float largest = _largest[i] = MathF.Max(_largest[i], second);
            next[i] = current[i] + (step * first / (MathF.Sqrt(largest) + epsilon));
        }

        FlatVector.Step(current[_first.Length..], sum[_first.Length..], scale, next[_first.Length..]);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write<float>(_first);
        writer.Write<float>(_second);
        writer.Write<float>(_largest);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.ReadInto<float>(_first);
        reader.ReadInto<float>(_second);
        reader.ReadInto<float>(_largest);
    }
}
