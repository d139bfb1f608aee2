using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Straggler.Flower.Server;

/// <summary>
/// Stands between a request's bytes and gRPC, which would buffer a whole message before anybody can judge it: a message is let through
/// once its length is known, its sender may send it, and there is room for it.
/// </summary>
/// <remarks>A message in gRPC is a byte (1 if compressed), its length in four bytes, big-endian, and its content.</remarks>
/// <param name="inner">The bytes as they come.</param>
internal sealed class MessageGate(PipeReader inner) : PipeReader, IRequestBodyPipeFeature, IDisposable
{
    private const int PrefixBytes = 5;

    private ReadOnlySequence<byte> _buffer;
    private IDisposable? _admission;
    private long _left;

    /// <summary>Decides on messages; set before the first is read.</summary>
    public IMessageJudge? Judge { get; set; }

    /// <inheritdoc/>
    public PipeReader Reader => this;

    /// <inheritdoc/>
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ReadResult result = await inner.ReadAsync(cancellationToken).ConfigureAwait(false);
        _buffer = result.Buffer;
        if (Judge is not null && _left == 0 && _buffer.Length >= PrefixBytes)
        {
            (bool compressed, uint length) = Prefix(_buffer);
            _left = PrefixBytes + (long)length;
            _admission = await Judge.AdmitAsync(length, compressed, _buffer.Length >= _left, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        long taken = _buffer.Slice(_buffer.Start, consumed).Length;
        inner.AdvanceTo(consumed, examined);
        if (_left > 0 && (_left = Math.Max(0, _left - taken)) == 0)
        {
            Dispose();
        }
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <summary>Never gives anything at once: <see cref="ReadAsync"/> does.</summary>
    public override bool TryRead(out ReadResult result)
    {
        result = default;
        return false;
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => inner.CancelPendingRead();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        Dispose();
        inner.Complete(exception);
    }

    /// <summary>Makes room for others.</summary>
    public void Dispose() => Interlocked.Exchange(ref _admission, null)?.Dispose();

    private static (bool Compressed, uint Length) Prefix(ReadOnlySequence<byte> buffer)
    {
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        buffer.Slice(0, PrefixBytes).CopyTo(prefix);
        return (prefix[0] != 0, BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]));
    }
}
