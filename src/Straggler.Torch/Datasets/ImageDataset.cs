using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Straggler.Torch.Training;

namespace Straggler.Torch.Datasets;

/// <summary>A labelled image data set in memory, as its files hold it: bytes, channel by channel, row by row.</summary>
public sealed record ImageDataset : LabelledDataset
{
    /// <summary>Channels, height and width of an image.</summary>
    public required ImageShape Shape { get; init; }

    /// <summary>Mean of each channel over the training set, on the scale 0 to 1; inputs are (pixel/255 − mean) / deviation.</summary>
    public required ImmutableArray<float> Mean { get; init; }

    /// <summary>Standard deviation of each channel over the training set, on the scale 0 to 1.</summary>
    public required ImmutableArray<float> Deviation { get; init; }

    /// <summary>The training samples.</summary>
    public required ImageSplit Train { get; init; }

    /// <summary>The test samples.</summary>
    public required ImageSplit Test { get; init; }

    /// <summary>Whether training images are cropped at random after padding by 4 and flipped, as is usual for CIFAR-10.</summary>
    public bool Augment { get; init; }

    /// <inheritdoc/>
    public override IInputShape Input => Shape;

    /// <inheritdoc/>
    public override int[] TrainLabels => Train.Labels;

    /// <inheritdoc/>
    public override int[] TestLabels => Test.Labels;

    /// <inheritdoc/>
    public override int EvaluationChunk => 500;

    /// <inheritdoc/>
    public override LabelledDataset WithTest(IReadOnlyList<int> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        byte[] pixels = new byte[samples.Count * Shape.Length];
        for (int place = 0; place < samples.Count; place++)
        {
            Test.Pixels.AsSpan(samples[place] * Shape.Length, Shape.Length).CopyTo(pixels.AsSpan(place * Shape.Length));
        }

        return this with { Test = new(pixels, [.. samples.Select(sample => Test.Labels[sample])]) };
    }

    /// <inheritdoc/>
    public override void AppendTo(IncrementalHash hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        foreach (ImageSplit split in new[] { Train, Test })
        {
            hash.AppendData(BitConverter.GetBytes(split.Pixels.Length));
            hash.AppendData(split.Pixels);
            hash.AppendData(BitConverter.GetBytes(split.Labels.Length));
            hash.AppendData(MemoryMarshal.AsBytes<int>(split.Labels));
        }
    }

    internal override ISampleBatch CreateBatch(int capacity, MemoryOrder order = MemoryOrder.ChannelsLast) =>
        new ImageBatch(this, Math.Max(capacity, ImageBatch.TestImages), order);
}

/// <summary>The size of an image.</summary>
/// <param name="Channels">1 for grey, 3 for red, green, blue.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct ImageShape(int Channels, int Height, int Width) : IInputShape
{
    /// <summary>Bytes of an image.</summary>
    public int Length => Channels * Height * Width;

    /// <inheritdoc/>
    public string Description => $"images of {Channels}x{Height}x{Width}";
}

/// <summary>Samples of one split.</summary>
/// <param name="Pixels">[samples, channels, height, width] bytes.</param>
/// <param name="Labels">[samples] labels, from 0.</param>
public sealed record ImageSplit(byte[] Pixels, int[] Labels)
{
    /// <summary>Number of samples.</summary>
    public int Count => Labels.Length;
}
