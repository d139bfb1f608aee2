using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using Straggler.Simulation;

namespace Straggler.Compression;

/// <summary>How a value between two codes is rounded.</summary>
public enum Rounding
{
    /// <summary>To the nearer one; halves to even.</summary>
    Nearest,

    /// <summary>To either at random, so that the mean is the value.</summary>
    Stochastic,
}

/// <summary>Options of <see cref="EightBit"/>.</summary>
public sealed record EightBitOptions
{
    /// <summary>Values that share a scale. 256 by default: the scales add 1.6 % to the bytes.</summary>
    [Range(1, 1_000_000_000)]
    public int BlockSize { get; init; } = 256;

    /// <summary>How values between two codes are rounded.</summary>
    public Rounding Rounding { get; init; } = Rounding.Nearest;

    /// <summary>Whether a client keeps the rounding errors and adds them to its next delta.</summary>
    public bool ErrorFeedback { get; init; }
}

/// <summary>Codes from −127 to 127 times a float32 scale for each block, its largest magnitude over 127.</summary>
/// <remarks>
/// Nearest rounding errs by half a scale at most; stochastic rounding by less than a whole one, and is unbiased. The scales of a block
/// follow Dettmers et al. 2022, "8-bit optimizers via block-wise quantization", arXiv 2110.02861, here with equidistant codes.
/// </remarks>
public sealed class EightBit(EightBitOptions options) : ICompressor
{
    private const int LargestCode = 127;

    /// <inheritdoc/>
    public bool ErrorFeedback => options.ErrorFeedback;

    /// <inheritdoc/>
    public long EncodedBytes(long length) => length + ((length + options.BlockSize - 1) / options.BlockSize * sizeof(float));

    /// <inheritdoc/>
    public void Compress(Span<float> values, ref RandomStream random)
    {
        while (!values.IsEmpty)
        {
            Span<float> block = values[..Math.Min(options.BlockSize, values.Length)];
            Quantize(block, ref random);
            values = values[block.Length..];
        }
    }

    private void Quantize(Span<float> block, ref RandomStream random)
    {
        float scale = MathF.Abs(TensorPrimitives.MaxMagnitude<float>(block)) / LargestCode;
        scale = float.IsFinite(scale * LargestCode) ? scale : MathF.BitDecrement(scale); // a quotient rounded up, beyond float32
        foreach (ref float value in block)
        {
            double exact = scale == 0 ? 0 : value / (double)scale;
            double code = options.Rounding == Rounding.Nearest ? Math.Round(exact)
                : Math.Floor(exact + random.NextDouble());
            value = (float)(Math.Clamp(code, -LargestCode, LargestCode) * scale);
        }
    }
}
