using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Straggler.Arrays;

/// <summary>What the header of a .npy file says.</summary>
/// <remarks>Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays", with its versions 2.0 and 3.0.</remarks>
/// <param name="Type">Type of the elements.</param>
/// <param name="BigEndian">Whether the elements' bytes are in big-endian order.</param>
/// <param name="FortranOrder">Whether the first index runs fastest.</param>
/// <param name="Shape">The shape; empty for a scalar.</param>
/// <param name="DataOffset">Where the elements begin, in bytes.</param>
public sealed record NpyHeader(NpyType Type, bool BigEndian, bool FortranOrder, ImmutableArray<int> Shape, int DataOffset)
{
    /// <summary>Longest header text that is read, in bytes, as in NumPy.</summary>
    public const int MaximumTextBytes = 10_000;

    /// <summary>Most dimensions that are read, as in NumPy.</summary>
    public const int MaximumDimensions = 64;

    private const int LengthOffset = 8;

    /// <summary>Number of elements.</summary>
    public int Count { get; } = (int)CountOf(Shape);

    /// <summary>Number of bytes that the elements take.</summary>
    public long ByteCount => (long)Count * Type.ByteCount();

    internal static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads the header at the beginning of a file.</summary>
    /// <param name="file">The file's bytes, or the first of them.</param>
    /// <exception cref="NpyException">The header is damaged, or tells of something that is not read.</exception>
    public static NpyHeader Read(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith(Magic) || file.Length < LengthOffset)
        {
            throw new NpyException($"These {file.Length} bytes are no .npy file: they do not begin with \\x93NUMPY and a version.");
        }

        byte version = file[Magic.Length];
        if (version is < 1 or > 3)
        {
            throw new NpyException($"The .npy file has version {version}.{file[Magic.Length + 1]}. Expected version 1, 2 or 3.");
        }

        int lengthBytes = version == 1 ? sizeof(ushort) : sizeof(uint);
        int textOffset = LengthOffset + lengthBytes;
        if (file.Length < textOffset)
        {
            throw new NpyException($"The .npy file ends within its header: it has {file.Length} bytes.");
        }

        uint length = version == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(file[LengthOffset..])
            : BinaryPrimitives.ReadUInt32LittleEndian(file[LengthOffset..]);
        if (length > MaximumTextBytes)
        {
            throw new NpyException($"The .npy header would be {length} bytes long. Expected at most {MaximumTextBytes}.");
        }

        if (length > file.Length - textOffset)
        {
            throw new NpyException($"The .npy file ends within its header, which would be {length} bytes long.");
        }

        return new NpyHeaderText(file.Slice(textOffset, (int)length)).Read(textOffset + (int)length);
    }

    /// <summary>The shape as Python writes it.</summary>
    internal static string ShapeText(ImmutableArray<int> shape) => shape.Length == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape)})";

    /// <summary>Elements of an array of this shape.</summary>
    /// <exception cref="NpyException">They are more than an array of .NET holds.</exception>
    internal static long CountOf(ImmutableArray<int> shape)
    {
        if (shape.Contains(0))
        {
            return 0;
        }

        long count = 1;
        foreach (int size in shape)
        {
            count *= size;
            if (count > Array.MaxLength)
            {
                throw new NpyException($"An array of shape {ShapeText(shape)} has more than {Array.MaxLength} elements.");
            }
        }

        return count;
    }
}
