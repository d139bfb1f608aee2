using Straggler.Simulation;

namespace Straggler.Compression;

/// <summary>float32 as it is.</summary>
public sealed class NoCompression : ICompressor
{
    /// <inheritdoc/>
    public long EncodedBytes(long length) => length * sizeof(float);

    /// <inheritdoc/>
    public void Compress(Span<float> values, ref RandomStream random)
    {
    }
}
