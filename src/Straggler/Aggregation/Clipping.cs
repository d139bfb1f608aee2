using Straggler.Federation;

namespace Straggler.Aggregation;

/// <summary>Bounds what one update can do to the model.</summary>
public static class Clipping
{
    /// <summary>Scales a client's delta down to a norm: w ← x + Δ·min(1, S/‖Δ‖). BatchNorm's buffers are left as they are.</summary>
    /// <remarks>Source: B. McMahan et al., "Learning differentially private recurrent language models", ICLR 2018, arXiv 1710.06963.</remarks>
    /// <param name="local">w_i; changed in place.</param>
    /// <param name="dispatched">x_{t−τ}.</param>
    /// <param name="trainableCount">Length of the trained prefix.</param>
    /// <param name="limit">S, above 0.</param>
    public static void Apply(Span<float> local, ReadOnlySpan<float> dispatched, int trainableCount, double limit)
    {
        Span<float> trained = local[..trainableCount];
        ReadOnlySpan<float> start = dispatched[..trainableCount];
        double norm = FlatVector.Distance(trained, start);
        if (norm > limit)
        {
            FlatVector.Mix(start, trained, (float)(limit / norm), trained);
        }
    }
}
