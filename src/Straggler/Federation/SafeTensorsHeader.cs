using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;

namespace Straggler.Federation;

/// <summary>A tensor's entry in a safetensors header.</summary>
/// <param name="Type">The element type's name, such as <c>F32</c>.</param>
/// <param name="Shape">The shape.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">The byte after the last one.</param>
internal sealed record SafeTensor(string Type, ImmutableArray<long> Shape, long Begin, long End);

/// <summary>Reads and checks the header of a safetensors file.</summary>
internal static class SafeTensorsHeader
{
    private const long LongestHeader = 100_000_000;

    private static readonly Dictionary<string, int> _elementBytes = new()
    {
        ["BOOL"] = 1,
        ["U8"] = 1,
        ["I8"] = 1,
        ["F8_E4M3"] = 1,
        ["F8_E5M2"] = 1,
        ["I16"] = 2,
        ["U16"] = 2,
        ["F16"] = 2,
        ["BF16"] = 2,
        ["I32"] = 4,
        ["U32"] = 4,
        ["F32"] = 4,
        ["I64"] = 8,
        ["U64"] = 8,
        ["F64"] = 8,
    };

    /// <summary>Reads the entries by name, and where the tensors' bytes start.</summary>
    /// <exception cref="InvalidDataException">The header is damaged or points outside the file.</exception>
    public static (IReadOnlyDictionary<string, SafeTensor> Tensors, long DataStart) Read(Stream stream, string path)
    {
        try
        {
            Span<byte> length = stackalloc byte[sizeof(ulong)];
            stream.ReadExactly(length);
            ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(length);
            if (headerLength > LongestHeader)
            {
                throw new InvalidDataException($"{path} is not a safetensors file: its header would be {headerLength} bytes long.");
            }

            byte[] header = new byte[headerLength];
            stream.ReadExactly(header);
            using JsonDocument json = JsonDocument.Parse(header);
            long dataStart = stream.Position, dataLength = stream.Length - stream.Position;
            Dictionary<string, SafeTensor> tensors = json.RootElement.EnumerateObject()
                .Where(entry => entry.Name != "__metadata__")
                .ToDictionary(entry => entry.Name, entry => Check(entry.Name, Parse(entry.Value), dataLength, path));
            return (tensors, dataStart);
        }
        catch (Exception error) when (error is EndOfStreamException or JsonException or InvalidOperationException or FormatException
            or KeyNotFoundException or ArgumentException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"{path} is not an intact safetensors file: {error.Message}", error);
        }
    }

    private static SafeTensor Parse(JsonElement entry)
    {
        JsonElement range = entry.GetProperty("data_offsets");
        return new(
            entry.GetProperty("dtype").GetString() ?? "",
            [.. entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())],
            range[0].GetInt64(),
            range[1].GetInt64());
    }

    private static SafeTensor Check(string name, SafeTensor tensor, long dataLength, string path)
    {
        if (tensor.Begin < 0 || tensor.End < tensor.Begin || tensor.End > dataLength)
        {
            throw new InvalidDataException($"{path} is cut off or damaged: tensor \"{name}\" lies outside the file.");
        }

        long elements = tensor.Shape.Aggregate(1L, (product, size) => product * size);
        if (_elementBytes.TryGetValue(tensor.Type, out int bytes) && elements * bytes != tensor.End - tensor.Begin)
        {
            throw new InvalidDataException($"{path} is damaged: tensor \"{name}\" has {tensor.End - tensor.Begin} bytes for {elements} elements.");
        }

        return tensor;
    }
}
