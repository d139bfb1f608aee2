using System.ComponentModel.DataAnnotations;
using Straggler.Simulation;

namespace Straggler.Compression;

/// <summary>Options of <see cref="TopK"/>.</summary>
public sealed record TopKOptions
{
    /// <summary>Share of the values that is sent, at least one value. 1 % by default, a usual choice in papers on sparse updates.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Fraction { get; init; } = 0.01;

    /// <summary>Whether a client keeps what it did not send and adds it to its next delta. Without, most of the training is lost.</summary>
    public bool ErrorFeedback { get; init; } = true;
}

/// <summary>Sends the k values of largest magnitude, each with its index; the others become 0.</summary>
/// <remarks>
/// Of equal magnitudes those of lower index are sent. A contraction: ‖v − C(v)‖² ≤ (1 − k/n)‖v‖².
/// Source: Stich, Cordonnier, Jaggi 2018, "Sparsified SGD with memory", arXiv 1809.07599.
/// </remarks>
public sealed class TopK(TopKOptions options) : ICompressor
{
    private const int BytesPerValue = sizeof(float) + sizeof(int);
    private float[] _magnitudes = [];

    /// <inheritdoc/>
    public bool ErrorFeedback => options.ErrorFeedback;

    /// <inheritdoc/>
    public long EncodedBytes(long length) => Kept(length) * BytesPerValue;

    /// <inheritdoc/>
    public void Compress(Span<float> values, ref RandomStream random)
    {
        int kept = (int)Kept(values.Length);
        if (kept == values.Length)
        {
            return;
        }

        float threshold = Threshold(values, kept);
        int ties = kept;
        foreach (float value in values)
        {
            ties -= MathF.Abs(value) > threshold ? 1 : 0;
        }

        foreach (ref float value in values)
        {
            float magnitude = MathF.Abs(value);
            bool sent = magnitude > threshold || (magnitude == threshold && ties-- > 0);
            value = sent ? value : 0;
        }
    }

    private long Kept(long length) => Math.Min(length, (long)Math.Max(1, Math.Round(options.Fraction * length)));

    /// <summary>The magnitude that is the k-th largest.</summary>
    private float Threshold(ReadOnlySpan<float> values, int kept)
    {
        _magnitudes = _magnitudes.Length == values.Length ? _magnitudes : new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            _magnitudes[i] = MathF.Abs(values[i]);
        }

        return Selection.Smallest(_magnitudes, values.Length - kept);
    }
}
