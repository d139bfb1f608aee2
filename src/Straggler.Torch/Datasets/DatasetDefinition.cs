using System.Collections.Immutable;

namespace Straggler.Torch.Datasets;

/// <summary>All that is known of a data set before its files are opened. One line of the table of data sets.</summary>
public sealed record DatasetDefinition
{
    /// <summary>The configuration name, such as <c>cifar10</c>.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence for lists.</summary>
    public required string Summary { get; init; }

    /// <summary>The data set's home page or paper.</summary>
    public required string Source { get; init; }

    /// <summary>The licence, or what its authors say about use.</summary>
    public required string Licence { get; init; }

    /// <summary>What a model reads: the size of its images, or how many tokens there are and how many come together by default.</summary>
    public required IInputShape Input { get; init; }

    /// <summary>The classes' names, in label order.</summary>
    public required ImmutableArray<string> ClassNames { get; init; }

    /// <summary>Of images: mean of each channel over the training set, on the scale 0 to 1.</summary>
    public ImmutableArray<float> Mean { get; init; } = [];

    /// <summary>Of images: standard deviation (of the population of all pixels) of each channel over the training set, on the scale 0 to 1.</summary>
    public ImmutableArray<float> Deviation { get; init; } = [];

    /// <summary>The files that hold the samples.</summary>
    public required ImmutableArray<DatasetFile> Files { get; init; }

    /// <summary>Names of the folders, below a place for data sets, in which the files may lie; downloads go to the first.</summary>
    public required ImmutableArray<string> Folders { get; init; }

    /// <summary>Name of the .tar.gz that holds all files, where they are distributed so; else null.</summary>
    public string? Archive { get; init; }

    /// <summary>What to download; empty where the data set is shipped with Straggler.</summary>
    public ImmutableArray<DatasetDownload> Downloads { get; init; } = [];

    /// <summary>Training samples with the default options, where the files do not say.</summary>
    public int? TrainSamples { get; init; }

    /// <summary>Test samples likewise.</summary>
    public int? TestSamples { get; init; }

    /// <summary>Number of samples of a split.</summary>
    /// <param name="split">The split.</param>
    public int Samples(DatasetSplit split) =>
        (split == DatasetSplit.Train ? TrainSamples : TestSamples) ?? Files.Where(file => file.Split == split && file.Kind != DatasetFileKind.IdxImages).Sum(file => file.Samples);
}

/// <summary>A file of samples, identified by its unpacked content: how it was compressed does not matter.</summary>
/// <param name="Name">Its name without <c>.gz</c>.</param>
/// <param name="Kind">Its format.</param>
/// <param name="Split">The split its samples belong to.</param>
/// <param name="FirstSample">Index in the split of its first sample.</param>
/// <param name="Samples">Number of its samples.</param>
/// <param name="Bytes">Unpacked length.</param>
/// <param name="Sha256">SHA-256 of the unpacked content, lower-case hexadecimal.</param>
public sealed record DatasetFile(
    string Name, DatasetFileKind Kind, DatasetSplit Split, int FirstSample, int Samples, int Bytes, string Sha256);

/// <summary>A file to download.</summary>
/// <param name="Name">The name under which it is kept.</param>
/// <param name="Addresses">Where it is, the official address first, then mirrors.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its published SHA-256, lower-case hexadecimal.</param>
public sealed record DatasetDownload(string Name, ImmutableArray<Uri> Addresses, long Bytes, string Sha256);

/// <summary>The formats of data files.</summary>
public enum DatasetFileKind
{
    /// <summary>IDX with three dimensions: images.</summary>
    IdxImages,

    /// <summary>IDX with one dimension: labels.</summary>
    IdxLabels,

    /// <summary>CIFAR-10's binary version: records of a label byte and an image.</summary>
    CifarRecords,

    /// <summary>A plain text, of which both splits are cut.</summary>
    Text,
}

/// <summary>The parts of a data set.</summary>
public enum DatasetSplit
{
    /// <summary>Training samples.</summary>
    Train,

    /// <summary>Test samples.</summary>
    Test,
}
