using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Straggler.Recording;

namespace Straggler.Federation;

/// <summary>Writes and reads model files in the safetensors format, which PyTorch opens with <c>safetensors.torch.load_file</c>.</summary>
/// <remarks>
/// A file is the header's length (8 bytes, little-endian), a JSON header giving each tensor's type, shape and byte range, and the tensors'
/// bytes. Tensors carry PyTorch's state_dict names, so <c>load_state_dict</c> takes the result as it is; counters (num_batches_tracked)
/// are written as int64 zeros. Source: https://github.com/huggingface/safetensors, "Format".
/// </remarks>
public static class SafeTensorsFile
{
    private const int LengthBytes = sizeof(ulong);
    private const int Alignment = 8;

    private static readonly JsonWriterOptions _plainNames = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a model, under a temporary name first, so that a file of this name is always whole.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="layout">Names and shapes.</param>
    /// <param name="canonical">The flat vector, each part in PyTorch's element order.</param>
    /// <exception cref="IOException">The file cannot be written (a full disk, say); nothing is left behind.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder must not be written to.</exception>
    public static void Write(string path, ParameterLayout layout, ReadOnlySpan<float> canonical)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentOutOfRangeException.ThrowIfNotEqual(canonical.Length, layout.Length);
        float[] values = canonical.ToArray();
        WholeFile.Write(path, durable: true, stream =>
        {
            stream.Write(Header(layout));
            stream.Write(new byte[sizeof(long) * layout.Counters.Length]);
            WriteValues(stream, values);
        });
    }

    /// <summary>Reads a model's parts into a flat vector; tensors that the layout does not name are passed over.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">Names and shapes to find in it.</param>
    /// <param name="canonical">Receives the flat vector, each part in PyTorch's element order.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or a part is missing or has another type or shape.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static void Read(string path, ParameterLayout layout, Span<float> canonical)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentOutOfRangeException.ThrowIfNotEqual(canonical.Length, layout.Length);
        using FileStream stream = File.OpenRead(path);
        (IReadOnlyDictionary<string, SafeTensor> tensors, long dataStart) = SafeTensorsHeader.Read(stream, path);
        foreach (ParameterPart part in layout.Parts)
        {
            if (!tensors.TryGetValue(part.Name, out SafeTensor? tensor))
            {
                throw new InvalidDataException($"{path} holds no tensor \"{part.Name}\".");
            }

            if (tensor.Type != "F32" || !tensor.Shape.SequenceEqual(part.Shape.Select(size => (long)size)))
            {
                throw new InvalidDataException(
                    $"{path}: tensor \"{part.Name}\" is {tensor.Type} [{string.Join(", ", tensor.Shape)}], "
                    + $"but the model's is F32 [{string.Join(", ", part.Shape)}].");
            }

            stream.Position = dataStart + tensor.Begin;
            ReadValues(stream, canonical.Slice(part.Offset, part.Length));
        }
    }

    private static byte[] Header(ParameterLayout layout)
    {
        ArrayBufferWriter<byte> text = new();
        using (Utf8JsonWriter json = new(text, _plainNames))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();

            // The 8-byte counters come first, so that every tensor is aligned to its element size.
            long end = 0;
            foreach (string counter in layout.Counters)
            {
                WriteEntry(json, counter, "I64", [], ref end, sizeof(long));
            }

            foreach (ParameterPart part in layout.Parts)
            {
                WriteEntry(json, part.Name, "F32", part.Shape.AsSpan(), ref end, (long)part.Length * sizeof(float));
            }

            json.WriteEndObject();
        }

        int padded = (text.WrittenCount + Alignment - 1) / Alignment * Alignment;
        byte[] header = new byte[LengthBytes + padded];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)padded);
        header.AsSpan(LengthBytes).Fill((byte)' ');
        text.WrittenSpan.CopyTo(header.AsSpan(LengthBytes));
        return header;
    }

    private static void WriteEntry(Utf8JsonWriter json, string name, string type, ReadOnlySpan<int> shape, ref long end, long bytes)
    {
        json.WriteStartObject(name);
        json.WriteString("dtype", type);
        json.WriteStartArray("shape");
        foreach (int size in shape)
        {
            json.WriteNumberValue(size);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(end);
        json.WriteNumberValue(end += bytes);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteValues(Stream stream, ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            stream.Write(MemoryMarshal.AsBytes(values));
            return;
        }

        byte[] bytes = new byte[sizeof(float)];
        foreach (float value in values)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            stream.Write(bytes);
        }
    }

    private static void ReadValues(FileStream stream, Span<float> values)
    {
        stream.ReadExactly(MemoryMarshal.AsBytes(values));
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> words = MemoryMarshal.Cast<float, int>(values);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }
}
