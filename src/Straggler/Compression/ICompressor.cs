using Straggler.Simulation;

namespace Straggler.Compression;

/// <summary>A lossy, fixed-length encoding of a client's delta on its way up.</summary>
/// <remarks>
/// Simulated: nothing is packed into bytes, but the values become what the server would decode, and the bytes are those that the encoding
/// takes. They depend on the number of values alone, so that the upload's duration is known at dispatch. Used by one thread at a time.
/// </remarks>
public interface ICompressor
{
    /// <summary>Whether a client keeps what the encoding lost and adds it to its next delta.</summary>
    bool ErrorFeedback => false;

    /// <summary>Bytes on the wire.</summary>
    /// <param name="length">Number of values.</param>
    long EncodedBytes(long length);

    /// <summary>Replaces values by what the server decodes.</summary>
    /// <param name="values">Finite values; receives finite ones.</param>
    /// <param name="random">The stream of this client's task, for encodings that round at random.</param>
    void Compress(Span<float> values, ref RandomStream random);
}
