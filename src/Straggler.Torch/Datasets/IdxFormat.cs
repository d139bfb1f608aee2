using System.Buffers.Binary;

namespace Straggler.Torch.Datasets;

/// <summary>The IDX files of MNIST and its successors: a big-endian header (magic number, then the sizes), then bytes.</summary>
/// <remarks>Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", file formats.</remarks>
internal static class IdxFormat
{
    private const int ImagesMagic = 0x803;
    private const int LabelsMagic = 0x801;

    /// <summary>Length of the header of an images file; the pixels follow.</summary>
    public const int ImagesHeader = 16;

    /// <summary>Length of the header of a labels file; the labels follow.</summary>
    public const int LabelsHeader = 8;

    /// <summary>The pixels of an images file.</summary>
    /// <exception cref="DatasetException">The header or the length is not what it should be.</exception>
    public static ReadOnlySpan<byte> Images(string path, ReadOnlySpan<byte> content, int samples, ImageShape shape)
    {
        CheckHeader(path, content, ImagesMagic, samples, shape.Height, shape.Width);
        return Body(path, content, ImagesHeader, samples * shape.Length);
    }

    /// <summary>The labels of a labels file.</summary>
    /// <exception cref="DatasetException">The header, the length or a label is not what it should be.</exception>
    public static ReadOnlySpan<byte> Labels(string path, ReadOnlySpan<byte> content, int samples, int classCount)
    {
        CheckHeader(path, content, LabelsMagic, samples);
        ReadOnlySpan<byte> labels = Body(path, content, LabelsHeader, samples);
        int wrong = labels.IndexOfAnyExceptInRange((byte)0, (byte)(classCount - 1));
        return wrong < 0
            ? labels
            : throw new DatasetException($"{path}: expected labels from 0 to {classCount - 1}, found {labels[wrong]} at sample {wrong}.");
    }

    private static void CheckHeader(string path, ReadOnlySpan<byte> content, int magic, params ReadOnlySpan<int> sizes)
    {
        int length = 4 * (1 + sizes.Length);
        if (content.Length < length)
        {
            throw new DatasetException($"{path}: expected an IDX header of {length} bytes, found {content.Length} bytes in all.");
        }

        CheckNumber(path, "magic number", magic, BinaryPrimitives.ReadInt32BigEndian(content));
        ReadOnlySpan<string> names = ["number of samples", "number of rows", "number of columns"];
        for (int i = 0; i < sizes.Length; i++)
        {
            CheckNumber(path, names[i], sizes[i], BinaryPrimitives.ReadInt32BigEndian(content[(4 * (1 + i))..]));
        }
    }

    private static void CheckNumber(string path, string what, int expected, int found)
    {
        if (expected != found)
        {
            throw new DatasetException($"{path}: expected the {what} {expected} in the IDX header, found {found}.");
        }
    }

    private static ReadOnlySpan<byte> Body(string path, ReadOnlySpan<byte> content, int header, int length) =>
        content.Length == header + length
            ? content[header..]
            : throw new DatasetException($"{path}: expected {header + length} bytes, found {content.Length}.");
}
