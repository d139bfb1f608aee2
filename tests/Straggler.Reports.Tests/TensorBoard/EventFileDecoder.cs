using System.Buffers.Binary;
using System.Text;

namespace Straggler.Reports.Tests.TensorBoard;

/// <summary>One decoded event.</summary>
internal sealed record DecodedEvent(double WallTime, long Step, string? FileVersion, IReadOnlyList<DecodedValue> Values)
{
    public IEnumerable<(string Tag, float Value)> Scalars => Values.Where(value => value.Scalar is not null).Select(value => (value.Tag, value.Scalar!.Value));
}

/// <summary>One decoded value; what it is not is null.</summary>
internal sealed record DecodedValue(string Tag, float? Scalar, DecodedHistogram? Histogram, DecodedImage? Image, string? Text);

/// <summary>A decoded histogram.</summary>
internal sealed record DecodedHistogram(double Min, double Max, double Count, double Sum, double Squares, double[] Limits, double[] Counts);

/// <summary>A decoded picture.</summary>
internal sealed record DecodedImage(long Height, long Width, long Colours, byte[] Png);

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
        Dictionary<int, byte[]> fields = Parts(payload);
        List<DecodedValue> values = [];
        foreach ((int number, byte[] value) in fields.TryGetValue(5, out byte[]? summary) ? Fields(summary) : [])
        {
            Assert.Equal(1, number);
            values.Add(Value(value));
        }

        return new(
            BitConverter.ToDouble(fields[1]),
            fields.TryGetValue(2, out byte[]? step) ? BitConverter.ToInt64(step) : 0,
            fields.TryGetValue(3, out byte[]? version) ? Encoding.UTF8.GetString(version) : null,
            values);
    }

    private static DecodedValue Value(byte[] message)
    {
        Dictionary<int, byte[]> parts = Parts(message);
        Assert.All(parts.Keys, number => Assert.Contains(number, new[] { 1, 2, 4, 5, 8, 9 }));
        return new(
            Encoding.UTF8.GetString(parts[1]),
            parts.TryGetValue(2, out byte[]? scalar) ? BitConverter.ToSingle(scalar) : null,
            parts.TryGetValue(5, out byte[]? histogram) ? Histogram(Parts(histogram)) : null,
            parts.TryGetValue(4, out byte[]? image) ? Image(Parts(image)) : null,
            parts.TryGetValue(8, out byte[]? tensor) ? Text(Parts(tensor), Parts(parts[9])) : null);
    }

    private static DecodedHistogram Histogram(Dictionary<int, byte[]> parts)
    {
        DecodedHistogram histogram = new(
            BitConverter.ToDouble(parts[1]), BitConverter.ToDouble(parts[2]), BitConverter.ToDouble(parts[3]), BitConverter.ToDouble(parts[4]), BitConverter.ToDouble(parts[5]),
            [.. parts[6].Chunk(8).Select(chunk => BitConverter.ToDouble(chunk))], [.. parts[7].Chunk(8).Select(chunk => BitConverter.ToDouble(chunk))]);

        // What readers take for granted: as many counts as limits, which rise, and every value counted.
        Assert.Equal(histogram.Limits.Length, histogram.Counts.Length);
        Assert.Equal(histogram.Limits.Order().Distinct(), histogram.Limits);
        Assert.Equal(histogram.Count, histogram.Counts.Sum());
        return histogram;
    }

    private static DecodedImage Image(Dictionary<int, byte[]> parts) =>
        new(BitConverter.ToInt64(parts[1]), BitConverter.ToInt64(parts[2]), BitConverter.ToInt64(parts[3]), parts[4]);

    /// <summary>A tensor of one text, for the plugin of texts.</summary>
    private static string Text(Dictionary<int, byte[]> tensor, Dictionary<int, byte[]> metadata)
    {
        Assert.Equal(7, BitConverter.ToInt64(tensor[1]));
        Assert.Equal(1, BitConverter.ToInt64(Parts(Parts(tensor[2])[2])[1]));
        Assert.Equal("text", Encoding.UTF8.GetString(Parts(metadata[1])[1]));
        return Encoding.UTF8.GetString(tensor[8]);
    }

    private static Dictionary<int, byte[]> Parts(byte[] message) => Fields(message).ToDictionary(field => field.Number, field => field.Content);

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
