namespace Straggler.Torch.Datasets.Definitions;

/// <summary>CIFAR-10 in its binary version.</summary>
/// <remarks>
/// Source: A. Krizhevsky, "Learning multiple layers of features from tiny images", technical report, University of Toronto, 2009.
/// The SHA-256 values are those that public loaders check the official archive and its files against; the means and deviations were
/// computed from the files.
/// </remarks>
internal static class Cifar10
{
    private const int BatchSamples = 10_000;

    public static DatasetDefinition Full { get; } = new()
    {
        Name = "cifar10",
        Summary = "CIFAR-10: 50,000 training and 10,000 test photographs of 10 kinds of things, 32×32 in colour.",
        Source = "https://www.cs.toronto.edu/~kriz/cifar.html",
        Licence = "none stated; the authors ask that the 2009 report be cited",
        Input = new ImageShape(3, 32, 32),
        ClassNames = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
        Mean = [0.49139968f, 0.48215841f, 0.44653091f],
        Deviation = [0.24703223f, 0.24348513f, 0.26158784f],
        Files =
        [
            TrainBatch(1, "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
            TrainBatch(2, "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
            TrainBatch(3, "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
            TrainBatch(4, "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
            TrainBatch(5, "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
            Batch("test_batch.bin", DatasetSplit.Test, 0, "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"),
        ],
        Folders = ["cifar10", "cifar-10-batches-bin", "cifar10/cifar-10-batches-bin", "cifar-10"],
        Archive = "cifar-10-binary.tar.gz",
        Downloads =
        [
            new(
                "cifar-10-binary.tar.gz",
                [new("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz")],
                170_052_171,
                "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),
        ],
    };

    private static DatasetFile TrainBatch(int number, string sha256) =>
        Batch($"data_batch_{number}.bin", DatasetSplit.Train, (number - 1) * BatchSamples, sha256);

    private static DatasetFile Batch(string name, DatasetSplit split, int firstSample, string sha256) =>
        new(name, DatasetFileKind.CifarRecords, split, firstSample, BatchSamples, BatchSamples * (1 + (3 * 32 * 32)), sha256);
}
