using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Straggler.Federation;

/// <summary>The few kernels that strategies need over flat parameter vectors, each a single pass.</summary>
/// <remarks>Elementwise kernels may write over one of their inputs. Sums run in a fixed order, so results do not depend on threads.</remarks>
public static class FlatVector
{
    /// <summary>Whether every element is finite; so it is where there are no elements, as in a run that trains nothing.</summary>
    public static bool IsFinite(ReadOnlySpan<float> values) => values.IsEmpty || TensorPrimitives.IsFiniteAll(values);

    /// <summary>next = (1 − amount)·current + amount·other.</summary>
    public static void Mix(ReadOnlySpan<float> current, ReadOnlySpan<float> other, float amount, Span<float> next)
    {
        float keep = 1 - amount;
        int done = 0;
        if (Vector.IsHardwareAccelerated)
        {
            ReadOnlySpan<Vector<float>> a = AsVectors(current);
            ReadOnlySpan<Vector<float>> b = AsVectors(other);
            Span<Vector<float>> to = AsVectors(next);
            for (int i = 0; i < to.Length; i++)
            {
                to[i] = (keep * a[i]) + (amount * b[i]);
            }

            done = to.Length * Vector<float>.Count;
        }

        for (int i = done; i < next.Length; i++)
        {
            next[i] = (keep * current[i]) + (amount * other[i]);
        }
    }

    /// <summary>next = current + scale·direction.</summary>
    public static void Step(ReadOnlySpan<float> current, ReadOnlySpan<float> direction, float scale, Span<float> next)
    {
        int done = 0;
        if (Vector.IsHardwareAccelerated)
        {
            ReadOnlySpan<Vector<float>> a = AsVectors(current);
            ReadOnlySpan<Vector<float>> d = AsVectors(direction);
            Span<Vector<float>> to = AsVectors(next);
            for (int i = 0; i < to.Length; i++)
            {
                to[i] = a[i] + (scale * d[i]);
            }

            done = to.Length * Vector<float>.Count;
        }

        for (int i = done; i < next.Length; i++)
        {
            next[i] = current[i] + (scale * direction[i]);
        }
    }

    /// <summary>sum = keep·sum + scale·(local − dispatched): adds a client's delta to a running (or decaying) sum.</summary>
    public static void Accumulate(
        Span<float> sum, ReadOnlySpan<float> local, ReadOnlySpan<float> dispatched, float scale, float keep = 1)
    {
        int done = 0;
        if (Vector.IsHardwareAccelerated)
        {
            Span<Vector<float>> to = AsVectors(sum);
            ReadOnlySpan<Vector<float>> w = AsVectors(local);
            ReadOnlySpan<Vector<float>> x = AsVectors(dispatched);
            for (int i = 0; i < to.Length; i++)
            {
                to[i] = (keep * to[i]) + (scale * (w[i] - x[i]));
            }

            done = to.Length * Vector<float>.Count;
        }

        for (int i = done; i < sum.Length; i++)
        {
            sum[i] = (keep * sum[i]) + (scale * (local[i] - dispatched[i]));
        }
    }

    /// <summary>The cosine between a client's delta and a reference direction; 1 where either has no length.</summary>
    /// <param name="local">w_i.</param>
    /// <param name="dispatched">x_{t−τ}.</param>
    /// <param name="reference">The direction compared with.</param>
    public static double DeltaCosine(ReadOnlySpan<float> local, ReadOnlySpan<float> dispatched, ReadOnlySpan<float> reference)
    {
        double dot = 0, deltaSquared = 0, referenceSquared = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            double delta = (double)local[i] - dispatched[i];
            dot += delta * reference[i];
            deltaSquared += delta * delta;
            referenceSquared += (double)reference[i] * reference[i];
        }

        double lengths = Math.Sqrt(deltaSquared) * Math.Sqrt(referenceSquared);
        return lengths > 0 ? Math.Clamp(dot / lengths, -1, 1) : 1;
    }

    private static ReadOnlySpan<Vector<float>> AsVectors(ReadOnlySpan<float> values) => MemoryMarshal.Cast<float, Vector<float>>(values);

    private static Span<Vector<float>> AsVectors(Span<float> values) => MemoryMarshal.Cast<float, Vector<float>>(values);
}
