namespace Straggler.Torch.Datasets;

/// <summary>The records of CIFAR-10's binary version: a label byte, then the red, green and blue planes, each row by row.</summary>
/// <remarks>Source: A. Krizhevsky, "The CIFAR-10 dataset", www.cs.toronto.edu/~kriz/cifar.html, section "Binary version".</remarks>
internal static class CifarFormat
{
    /// <summary>Splits records into pixels and labels.</summary>
    /// <param name="path">The file's name for messages.</param>
    /// <param name="content">The file.</param>
    /// <param name="samples">Number of records that it must hold.</param>
    /// <param name="shape">The size of an image.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="pixels">Receives as many images as it has room for.</param>
    /// <param name="labels">Receives their labels.</param>
    /// <exception cref="DatasetException">The length or a label is not what it should be.</exception>
    public static void Read(
        string path, ReadOnlySpan<byte> content, int samples, ImageShape shape, int classCount, Span<byte> pixels, Span<int> labels)
    {
        int record = 1 + shape.Length;
        if (content.Length != samples * record)
        {
            throw new DatasetException($"{path}: expected {samples} records of {record} bytes, found {content.Length} bytes.");
        }

        for (int sample = 0; sample < samples; sample++)
        {
            ReadOnlySpan<byte> bytes = content.Slice(sample * record, record);
            if (bytes[0] >= classCount)
            {
                throw new DatasetException($"{path}: expected labels from 0 to {classCount - 1}, found {bytes[0]} at record {sample}.");
            }

            if (sample < labels.Length)
            {
                labels[sample] = bytes[0];
                bytes[1..].CopyTo(pixels[(sample * shape.Length)..]);
            }
        }
    }
}
