using System.Collections.Immutable;

namespace Straggler.Torch.Datasets;

/// <summary>A labelled image data set in memory, as its files hold it: bytes, channel by channel, row by row.</summary>
public sealed record ImageDataset
{
    /// <summary>The configuration name, such as <c>cifar10</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Channels, height and width of an image.</summary>
    public required ImageShape Shape { get; init; }

    /// <summary>The classes' names, in label order.</summary>
    public required ImmutableArray<string> ClassNames { get; init; }

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
}

/// <summary>The size of an image.</summary>
/// <param name="Channels">1 for grey, 3 for red, green, blue.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>Bytes of an image.</summary>
    public int Length => Channels * Height * Width;
}

/// <summary>Samples of one split.</summary>
/// <param name="Pixels">[samples, channels, height, width] bytes.</param>
/// <param name="Labels">[samples] labels, from 0.</param>
public sealed record ImageSplit(byte[] Pixels, int[] Labels)
{
    /// <summary>Number of samples.</summary>
    public int Count => Labels.Length;
}
