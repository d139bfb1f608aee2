using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Straggler.Federation;

/// <summary>The few kernels that strategies need over flat parameter vectors, each a single pass.</summary>
/// <remarks>Elementwise kernels may write over one of their inputs. Sums run in a fixed order, so results do not depend on threads.</remarks>
public static class FlatVector
{
    /// <summary>The fingerprint of a vector: SHA-256, in hexadecimal, of its 32-bit floats, little-endian.</summary>
    public static string Fingerprint(ReadOnlySpan<float> values) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values)));

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

    /// <summary>next = current + scale·(local − dispatched): a step along one client's delta.</summary>
    public static void AddDelta(
        ReadOnlySpan<float> current, ReadOnlySpan<float> local, ReadOnlySpan<float> dispatched, float scale, Span<float> next)
    {
        int done = 0;
        if (Vector.IsHardwareAccelerated)
        {
            ReadOnlySpan<Vector<float>> from = AsVectors(current);
            ReadOnlySpan<Vector<float>> w = AsVectors(local);
            ReadOnlySpan<Vector<float>> x = AsVectors(dispatched);
            Span<Vector<float>> to = AsVectors(next);
            for (int i = 0; i < to.Length; i++)
            {
                to[i] = from[i] + (scale * (w[i] - x[i]));
            }

            done = to.Length * Vector<float>.Count;
        }

        for (int i = done; i < next.Length; i++)
        {
            next[i] = current[i] + (scale * (local[i] - dispatched[i]));
        }
    }

    /// <summary>sum += scale·((local − dispatched) − remembered), then remembered = local − dispatched: a client's new delta for its old.</summary>
    /// <remarks>As long as <paramref name="remembered"/>, which may be a prefix of the whole vector.</remarks>
    public static void Replace(
        Span<float> remembered, ReadOnlySpan<float> local, ReadOnlySpan<float> dispatched, Span<float> sum, float scale)
    {
        int done = 0;
        if (Vector.IsHardwareAccelerated)
        {
            Span<Vector<float>> old = AsVectors(remembered);
            Span<Vector<float>> to = AsVectors(sum);
            ReadOnlySpan<Vector<float>> w = AsVectors(local);
            ReadOnlySpan<Vector<float>> x = AsVectors(dispatched);
            for (int i = 0; i < old.Length; i++)
            {
                Vector<float> delta = w[i] - x[i];
                to[i] += scale * (delta - old[i]);
                old[i] = delta;
            }

            done = old.Length * Vector<float>.Count;
        }

        for (int i = done; i < remembered.Length; i++)
        {
            float delta = local[i] - dispatched[i];
            sum[i] += scale * (delta - remembered[i]);
            remembered[i] = delta;
        }
    }

    /// <summary>The cosine between a client's delta and a reference direction; 1 where either has no length.</summary>
    /// <param name="local">w_i.</param>
    /// <param name="dispatched">x_{t−τ}.</param>
    /// <param name="reference">The direction compared with.</param>
    public static double DeltaCosine(ReadOnlySpan<float> local, ReadOnlySpan<float> dispatched, ReadOnlySpan<float> reference)
    {
        DeltaProducts products = MeasureDelta(local, dispatched, reference);
        double lengths = Math.Sqrt(products.DeltaSquared) * Math.Sqrt(products.ReferenceSquared);
        return lengths > 0 ? Math.Clamp(products.Dot / lengths, -1, 1) : 1;
    }

    /// <summary>‖left − right‖, the Euclidean distance, summed in double precision.</summary>
    public static double Distance(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        // Eight partial sums by position, as in MeasureDelta.
        (Vector256<double> Lower, Vector256<double> Upper) squares = default;
        int done = 0;
        for (; done <= left.Length - Vector256<float>.Count; done += Vector256<float>.Count)
        {
            (Vector256<double> lower, Vector256<double> upper) = Widen(left, done);
            (Vector256<double> lowerRight, Vector256<double> upperRight) = Widen(right, done);
            lower -= lowerRight;
            upper -= upperRight;
            squares.Lower += lower * lower;
            squares.Upper += upper * upper;
        }

        double squared = Sum(squares);
        for (int i = done; i < left.Length; i++)
        {
            double difference = (double)left[i] - right[i];
            squared += difference * difference;
        }

        return Math.Sqrt(squared);
    }

    /// <summary>Products of a client's delta with itself and with a reference direction, over the length of the reference.</summary>
    /// <param name="local">w_i.</param>
    /// <param name="dispatched">x_{t−τ}.</param>
    /// <param name="reference">The direction.</param>
    public static DeltaProducts MeasureDelta(ReadOnlySpan<float> local, ReadOnlySpan<float> dispatched, ReadOnlySpan<float> reference)
    {
        // Eight partial sums by position, on any processor: the order of the additions, and so every bit, is always the same.
        (Vector256<double> Lower, Vector256<double> Upper) dots = default, deltaSquares = default, referenceSquares = default;
        int done = 0;
        for (; done <= reference.Length - Vector256<float>.Count; done += Vector256<float>.Count)
        {
            (Vector256<double> lower, Vector256<double> upper) = Widen(local, done);
            (Vector256<double> lowerBase, Vector256<double> upperBase) = Widen(dispatched, done);
            (Vector256<double> lowerReference, Vector256<double> upperReference) = Widen(reference, done);
            lower -= lowerBase;
            upper -= upperBase;
            dots.Lower += lower * lowerReference;
            dots.Upper += upper * upperReference;
            deltaSquares.Lower += lower * lower;
            deltaSquares.Upper += upper * upper;
            referenceSquares.Lower += lowerReference * lowerReference;
            referenceSquares.Upper += upperReference * upperReference;
        }

        double dot = Sum(dots), deltaSquared = Sum(deltaSquares), referenceSquared = Sum(referenceSquares);
        for (int i = done; i < reference.Length; i++)
        {
            double delta = (double)local[i] - dispatched[i];
            dot += delta * reference[i];
            deltaSquared += delta * delta;
            referenceSquared += (double)reference[i] * reference[i];
        }

        return new(dot, deltaSquared, referenceSquared);
    }

    private static double Sum((Vector256<double> Lower, Vector256<double> Upper) parts)
    {
        double sum = 0;
        for (int i = 0; i < Vector256<double>.Count; i++)
        {
            sum += parts.Lower[i] + parts.Upper[i];
        }

        return sum;
    }

    private static (Vector256<double> Lower, Vector256<double> Upper) Widen(ReadOnlySpan<float> values, int first) =>
        Vector256.Widen(Vector256.Create(values[first..]));

    private static ReadOnlySpan<Vector<float>> AsVectors(ReadOnlySpan<float> values) => MemoryMarshal.Cast<float, Vector<float>>(values);

    private static Span<Vector<float>> AsVectors(Span<float> values) => MemoryMarshal.Cast<float, Vector<float>>(values);
}
