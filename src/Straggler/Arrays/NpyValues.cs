using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Straggler.Arrays;

/// <summary>Converts between 32-bit floats and the bytes of .npy elements.</summary>
internal static class NpyValues
{
    private const int ChunkBytes = 4096;

    /// <summary>Reads all elements in the order in which they lie.</summary>
    public static float[] Read(ReadOnlySpan<byte> elements, NpyHeader header)
    {
        float[] values = new float[header.Count];
        Read(elements, header, values);
        return values;
    }

    /// <summary>Reads all elements in the order in which they lie.</summary>
    public static void Read(ReadOnlySpan<byte> elements, NpyHeader header, Span<float> values)
    {
        int width = header.Type.ByteCount();
        if (width == 1 || header.BigEndian != BitConverter.IsLittleEndian)
        {
            Convert(elements, header.Type, values);
            return;
        }

        Span<byte> chunk = stackalloc byte[ChunkBytes];
        for (int first = 0; first < elements.Length; first += ChunkBytes)
        {
            ReadOnlySpan<byte> part = elements[first..Math.Min(first + ChunkBytes, elements.Length)];
            part.CopyTo(chunk);
            Span<byte> swapped = chunk[..part.Length];
            Reverse(swapped, width);
            Convert(swapped, header.Type, values.Slice(first / width, part.Length / width));
        }
    }

    /// <summary>Writes elements in little-endian order; integers are rounded, and kept within their range.</summary>
    public static void Write(ReadOnlySpan<float> values, NpyType type, Span<byte> elements)
    {
        switch (type)
        {
            case NpyType.F4:
                MemoryMarshal.AsBytes(values).CopyTo(elements);
                break;
            case NpyType.F8:
                TensorPrimitives.ConvertSaturating(values, MemoryMarshal.Cast<byte, double>(elements));
                break;
            case NpyType.F2:
                TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<byte, Half>(elements));
                break;
            case NpyType.I8:
                Round(values, MemoryMarshal.Cast<byte, long>(elements), static value => (long)value);
                break;
            case NpyType.I4:
                Round(values, MemoryMarshal.Cast<byte, int>(elements), static value => (int)value);
                break;
            case NpyType.U1:
                Round(values, elements, static value => (byte)Math.Clamp(value, byte.MinValue, byte.MaxValue));
                break;
            default:
                Round(values, elements, static value => value == 0 ? (byte)0 : (byte)1);
                break;
        }

        if (!BitConverter.IsLittleEndian)
        {
            Reverse(elements, type.ByteCount());
        }
    }

    private static void Convert(ReadOnlySpan<byte> elements, NpyType type, Span<float> values)
    {
        switch (type)
        {
            case NpyType.F4:
                elements.CopyTo(MemoryMarshal.AsBytes(values));
                break;
            case NpyType.F8:
                TensorPrimitives.ConvertSaturating(MemoryMarshal.Cast<byte, double>(elements), values);
                break;
            case NpyType.F2:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(elements), values);
                break;
            case NpyType.I8:
                TensorPrimitives.ConvertSaturating(MemoryMarshal.Cast<byte, long>(elements), values);
                break;
            case NpyType.I4:
                TensorPrimitives.ConvertSaturating(MemoryMarshal.Cast<byte, int>(elements), values);
                break;
            case NpyType.U1:
                TensorPrimitives.ConvertSaturating(elements, values);
                break;
            default:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = elements[i] == 0 ? 0 : 1;
                }

                break;
        }
    }

    private static void Round<T>(ReadOnlySpan<float> values, Span<T> elements, Func<double, T> convert)
    {
        for (int i = 0; i < values.Length; i++)
        {
            elements[i] = convert(Math.Round((double)values[i]));
        }
    }

    private static void Reverse(Span<byte> elements, int width)
    {
        switch (width)
        {
            case sizeof(ushort):
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, ushort>(elements), MemoryMarshal.Cast<byte, ushort>(elements));
                break;
            case sizeof(uint):
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, uint>(elements), MemoryMarshal.Cast<byte, uint>(elements));
                break;
            case sizeof(ulong):
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, ulong>(elements), MemoryMarshal.Cast<byte, ulong>(elements));
                break;
            default:
                break;
        }
    }
}
