using System.ComponentModel.DataAnnotations;

namespace Straggler.Torch.Datasets;

/// <summary>The options every image data set has in the configuration's <c>dataset</c> section.</summary>
public abstract record DatasetOptions
{
    /// <summary>The folder that holds the files; null to look in the usual places.</summary>
    public string? Root { get; init; }

    /// <summary>Whether training images are cropped at random after padding by 4, and flipped, afresh each time they are used.</summary>
    public bool Augment { get; init; }

    /// <summary>Uses only the first so many training samples in file order, for quick experiments; null for all.</summary>
    [Range(1, int.MaxValue)]
    public int? TrainLimit { get; init; }

    /// <summary>Uses only the first so many test samples in file order; null for all.</summary>
    [Range(1, int.MaxValue)]
    public int? TestLimit { get; init; }
}

/// <summary>The options of a text data set.</summary>
public sealed record TextDatasetOptions
{
    /// <summary>McMahan et al.'s and LEAF's length of a sequence.</summary>
    public const int DefaultLength = 80;

    /// <summary>The folder that holds the file; null to look in the usual places.</summary>
    public string? Root { get; init; }

    /// <summary>Characters of a training sequence, each predicted from those before it. The default is McMahan et al.'s and LEAF's.</summary>
    [Range(1, 10_000)]
    public int SequenceLength { get; init; } = DefaultLength;

    /// <summary>The share of each role's text, its end, that is held out as test samples. The default is LEAF's.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double TestFraction { get; init; } = 0.1;
}

/// <summary>Options of the grey 28×28 sets. Augmentation is off by default: a flipped digit is another sign.</summary>
public sealed record GreyDatasetOptions : DatasetOptions;

/// <summary>Options of CIFAR-10. Augmentation is on by default, as in He et al. 2016 (section 4.2) and nearly all work since.</summary>
public sealed record Cifar10Options : DatasetOptions
{
    /// <summary>The defaults.</summary>
    public Cifar10Options() => Augment = true;
}
