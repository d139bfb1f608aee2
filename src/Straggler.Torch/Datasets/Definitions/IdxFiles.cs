using System.Collections.Immutable;

namespace Straggler.Torch.Datasets.Definitions;

/// <summary>The four files that MNIST and its successors share, for images of 28×28.</summary>
internal static class IdxFiles
{
    public const string TrainImagesName = "train-images-idx3-ubyte";
    public const string TrainLabelsName = "train-labels-idx1-ubyte";
    public const string TestImagesName = "t10k-images-idx3-ubyte";
    public const string TestLabelsName = "t10k-labels-idx1-ubyte";

    public static DatasetFile TrainImages(int samples, string sha256) => Images(TrainImagesName, DatasetSplit.Train, samples, sha256);

    public static DatasetFile TrainLabels(int samples, string sha256) => Labels(TrainLabelsName, DatasetSplit.Train, samples, sha256);

    public static DatasetFile TestImages(int samples, string sha256) => Images(TestImagesName, DatasetSplit.Test, samples, sha256);

    public static DatasetFile TestLabels(int samples, string sha256) => Labels(TestLabelsName, DatasetSplit.Test, samples, sha256);

    public static DatasetDownload Download(ImmutableArray<string> addresses, string name, long bytes, string sha256) =>
        new(name + ".gz", [.. addresses.Select(address => new Uri(address + name + ".gz"))], bytes, sha256);

    private static DatasetFile Images(string name, DatasetSplit split, int samples, string sha256) =>
        new(name, DatasetFileKind.IdxImages, split, 0, samples, IdxFormat.ImagesHeader + (samples * 28 * 28), sha256);

    private static DatasetFile Labels(string name, DatasetSplit split, int samples, string sha256) =>
        new(name, DatasetFileKind.IdxLabels, split, 0, samples, IdxFormat.LabelsHeader + samples, sha256);
}
