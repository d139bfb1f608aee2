using System.Buffers.Binary;
using System.Text;

namespace Straggler.Reports.Tests.TensorBoard;

/// <summary>One decoded event.</summary>
internal sealed record DecodedEvent(double WallTime, long Step, string? FileVersion, IReadOnlyList<(string Tag, float Value)> Scalars);

/// <summary>Reads event files without a line shared with the writer: its own checksum, bit by bit, and a general field reader.</summary>
internal static class EventFileDecoder
{
    public static IReadOnlyList<DecodedEvent> Decode(byte[] file)
    {
        List<DecodedEvent> events = [];
        for (int at = 0; at < file.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at)));
            Assert.Equal(Masked(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            byte[] payload = file[(at + 12)..(at + 12 + length)];
            Assert.Equal(Masked(payload), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            events.Add(Event(payload));
            at += length + 16;
        }

        return events;
    }

    /// <summary>CRC-32C by long division, most significant bit first on reflected bytes.</summary>
    public static uint PlainCrc(ReadOnlySpan<byte> bytes)
    {
        uint register = 0xFFFFFFFF;
        foreach (byte value in bytes)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                uint input = (uint)(value >> bit) & 1;
                uint top = register >> 31;
                register = (register << 1) ^ ((top ^ input) == 1 ? 0x1EDC6F41u : 0);
            }
        }

        uint reflected = 0;
        for (int bit = 0; bit < 32; bit++)
        {
            reflected |= ((register >> bit) & 1) << (31 - bit);
        }

        return ~reflected;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        ulong crc = PlainCrc(bytes);
        return (uint)(((crc >> 15) | ((crc << 17) & 0xFFFFFFFF)) + 0xA282EAD8);
    }

    private static DecodedEvent Event(byte[] payload)
    {
        Dictionary<int, byte[]> fields = Fields(payload).ToDictionary(field => field.Number, field => field.Content);
        List<(string, float)> scalars = [];
        foreach ((int number, byte[] value) in fields.TryGetValue(5, out byte[]? summary) ? Fields(summary) : [])
        {
            Assert.Equal(1, number);
            Dictionary<int, byte[]> parts = Fields(value).ToDictionary(field => field.Number, field => field.Content);
            scalars.Add((Encoding.UTF8.GetString(parts[1]), BitConverter.ToSingle(parts[2])));
        }

        return new(
            BitConverter.ToDouble(fields[1]),
            fields.TryGetValue(2, out byte[]? step) ? BitConverter.ToInt64(step) : 0,
            fields.TryGetValue(3, out byte[]? version) ? Encoding.UTF8.GetString(version) : null,
            scalars);
    }

    private static IEnumerable<(int Number, byte[] Content)> Fields(byte[] message)
    {
        int at = 0;
        ulong Varint()
        {
            ulong value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte next = message[at++];
                value |= (ulong)(next & 0x7F) << shift;
                if (next < 0x80)
                {
                    return value;
                }
            }
        }

        while (at < message.Length)
        {
            ulong tag = Varint();
            byte[] content = (tag & 7) switch
            {
                0 => BitConverter.GetBytes(Varint()),
                1 => Take(8),
                2 => Take((int)Varint()),
                5 => Take(4),
                _ => throw new InvalidDataException($"wire type {tag & 7}"),
            };
            yield return ((int)(tag >> 3), content);
        }

        byte[] Take(int count) => message[at..(at += count)];
    }
}
