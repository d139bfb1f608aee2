using System.ComponentModel.DataAnnotations;
using System.Numerics;
using Straggler.Simulation;

namespace Straggler.Compression;

/// <summary>Options of <see cref="Qsgd"/>.</summary>
public sealed record QsgdOptions
{
    /// <summary>Levels s above 0. 7 by default: 3 bits and a sign, the paper's 4-bit setting.</summary>
    [Range(1, 32767)]
    public int Levels { get; init; } = 7;

    /// <summary>Values that share a norm; smaller buckets lose less and send more norms. 512 by default, the paper's with 4 bits.</summary>
    [Range(1, 1_000_000_000)]
    public int BucketSize { get; init; } = 512;
}

/// <summary>Rounds each value at random to one of s levels of its bucket's norm: ‖v‖₂·sgn(v_i)·ξ_i, ξ_i one of l/s and (l + 1)/s.</summary>
/// <remarks>
/// Unbiased, with E‖Q(v) − v‖² ≤ min(d/s², √d/s)·‖v‖² in a bucket of d values. The levels travel in fixed-length codes, a norm as float32;
/// the paper's Elias codes are shorter, but of a length that is known only after training. No error feedback: with few levels the
/// quantizer is no contraction, and its errors would add up.
/// Source: Alistarh, Grubic, Li, Tomioka, Vojnovic 2017, arXiv 1610.02132, section 3.1 and the buckets of section 4.
/// </remarks>
public sealed class Qsgd(QsgdOptions options) : ICompressor
{
    /// <inheritdoc/>
    public long EncodedBytes(long length)
    {
        int bits = 1 + BitOperations.Log2((uint)options.Levels) + 1; // a sign, and 0 to s
        long buckets = (length + options.BucketSize - 1) / options.BucketSize;
        return ((length * bits) + 7) / 8 + (buckets * sizeof(float));
    }

    /// <inheritdoc/>
    public void Compress(Span<float> values, ref RandomStream random)
    {
        while (!values.IsEmpty)
        {
            Span<float> bucket = values[..Math.Min(options.BucketSize, values.Length)];
            Quantize(bucket, ref random);
            values = values[bucket.Length..];
        }
    }

    private void Quantize(Span<float> bucket, ref RandomStream random)
    {
        float norm = Norm(bucket);
        foreach (ref float value in bucket)
        {
            double exact = norm == 0 ? 0 : Math.Abs((double)value) / norm * options.Levels;
            double level = Math.Min(options.Levels, Math.Floor(exact));
            level += random.NextDouble() < exact - level ? 1 : 0;
            value = (float)Math.CopySign(norm * level / options.Levels, value);
        }
    }

    /// <summary>The Euclidean norm as float32, not below the exact one, so that no value exceeds it.</summary>
    private static float Norm(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += (double)value * value;
        }

        double exact = Math.Sqrt(sum);
        float norm = (float)exact;
        return Math.Min(float.MaxValue, norm < exact ? MathF.BitIncrement(norm) : norm);
    }
}
