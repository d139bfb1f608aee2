using Straggler.Compression;
using Straggler.Federation;

namespace Straggler.Lab.Running;

/// <summary>How large a model is.</summary>
/// <param name="Trained">Trained parameters.</param>
/// <param name="Buffers">Elements that are carried along.</param>
/// <param name="ByteCount">Bytes of the model on the wire.</param>
internal readonly record struct ModelExtent(long Trained, long Buffers, long ByteCount)
{
    /// <summary>The extent of a layout.</summary>
    public static ModelExtent Of(ParameterLayout layout) =>
        new(layout.TrainableLength, layout.Length - layout.TrainableLength, layout.ByteCount);

    /// <summary>Bytes of an update on the wire: the trained parameters encoded, the rest as it is.</summary>
    public long UploadBytes(ICompressor compressor) =>
        compressor is NoCompression ? ByteCount : compressor.EncodedBytes(Trained) + (Buffers * sizeof(float));

    /// <summary>The extent of a model of which only the bytes are known.</summary>
    public static ModelExtent OfBytes(long bytes) => new(bytes / sizeof(float), 0, bytes);
}
