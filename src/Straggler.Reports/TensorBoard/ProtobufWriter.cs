using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Straggler.Reports.TensorBoard;

/// <summary>Encodes the few kinds of protocol-buffer fields that an event has.</summary>
/// <remarks>Source: the protocol buffers encoding guide, https://protobuf.dev/programming-guides/encoding/.</remarks>
internal sealed class ProtobufWriter
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Bytes = 2;
    private const int Fixed32 = 5;
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>What has been written.</summary>
    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    /// <summary>A double.</summary>
    public void Double(int field, double value)
    {
        Tag(field, Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(_buffer.GetSpan(sizeof(double)), value);
        _buffer.Advance(sizeof(double));
    }

    /// <summary>A float.</summary>
    public void Float(int field, float value)
    {
        Tag(field, Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(_buffer.GetSpan(sizeof(float)), value);
        _buffer.Advance(sizeof(float));
    }

    /// <summary>An int64 that is not negative.</summary>
    public void Int64(int field, long value)
    {
        Tag(field, Varint);
        Number((ulong)value);
    }

    /// <summary>A string.</summary>
    public void String(int field, string value) => Message(field, Encoding.UTF8.GetBytes(value));

    /// <summary>A message within the message.</summary>
    public void Message(int field, ReadOnlySpan<byte> message)
    {
        Tag(field, Bytes);
        Number((ulong)message.Length);
        _buffer.Write(message);
    }

    /// <summary>Doubles, packed.</summary>
    public void Doubles(int field, ReadOnlySpan<double> values)
    {
        Tag(field, Bytes);
        Number((ulong)(sizeof(double) * values.Length));
        foreach (double value in values)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(_buffer.GetSpan(sizeof(double)), value);
            _buffer.Advance(sizeof(double));
        }
    }

    private void Tag(int field, int wireType) => Number(((ulong)field << 3) | (uint)wireType);

    private void Number(ulong value)
    {
        Span<byte> span = _buffer.GetSpan(10);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[length++] = (byte)(value | 0x80);
        }

        span[length++] = (byte)value;
        _buffer.Advance(length);
    }
}
