using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Straggler.Arrays;

/// <summary>Writes arrays as .npy files of version 1, byte by byte as NumPy does.</summary>
public static class NpyWriter
{
    private const int Alignment = 64;
    private const int TextOffset = 10;

    /// <summary>NumPy leaves room in its headers for a first dimension of this many digits.</summary>
    private const int RoomForDigits = 21;

    /// <summary>Writes an array of 32-bit floats.</summary>
    /// <param name="shape">The shape; empty for a scalar.</param>
    /// <param name="values">The elements, row by row.</param>
    /// <returns>The whole file.</returns>
    public static byte[] Write(ImmutableArray<int> shape, ReadOnlySpan<float> values) => Write(NpyType.F4, shape, values);

    /// <summary>Writes an array of any type; integers are rounded, and kept within their range.</summary>
    /// <param name="type">Type of the elements in the file.</param>
    /// <param name="shape">The shape; empty for a scalar.</param>
    /// <param name="values">The elements, row by row.</param>
    /// <returns>The whole file.</returns>
    public static byte[] Write(NpyType type, ImmutableArray<int> shape, ReadOnlySpan<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, NpyHeader.CountOf(shape));
        byte[] header = Header(type, shape);
        byte[] file = GC.AllocateUninitializedArray<byte>(checked(header.Length + (values.Length * type.ByteCount())));
        header.CopyTo(file, 0);
        NpyValues.Write(values, type, file.AsSpan(header.Length));
        return file;
    }

    /// <summary>How many bytes the file of an array takes.</summary>
    /// <param name="type">Type of the elements in the file.</param>
    /// <param name="shape">The shape; empty for a scalar.</param>
    public static long ByteCount(NpyType type, ImmutableArray<int> shape) =>
        Header(type, shape).Length + (NpyHeader.CountOf(shape) * type.ByteCount());

    private static byte[] Header(NpyType type, ImmutableArray<int> shape)
    {
        string dictionary = $"{{'descr': '{type.Description()}', 'fortran_order': False, 'shape': {NpyHeader.ShapeText(shape)}, }}";
        int room = shape.IsEmpty ? 0 : RoomForDigits - $"{shape[0]}".Length;
        int written = TextOffset + dictionary.Length + room + 1;
        int length = (written / Alignment * Alignment) + Alignment;
        byte[] header = new byte[length];
        header.AsSpan().Fill((byte)' ');
        NpyHeader.Magic.CopyTo(header);
        header[NpyHeader.Magic.Length] = 1;
        header[NpyHeader.Magic.Length + 1] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(TextOffset - sizeof(ushort)), checked((ushort)(length - TextOffset)));
        Encoding.ASCII.GetBytes(dictionary, header.AsSpan(TextOffset));
        header[^1] = (byte)'\n';
        return header;
    }
}
