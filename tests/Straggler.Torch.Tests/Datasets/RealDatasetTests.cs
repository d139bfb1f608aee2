using System.IO.Compression;
using Straggler.Torch.Datasets;

namespace Straggler.Torch.Tests.Datasets;

/// <summary>The real files, where this machine has them.</summary>
public sealed class RealDatasetTests
{
    private const string DebianFolder = "/usr/share/datasets/fashion-mnist";

    private static readonly DatasetStore _store = new(
        DatasetStore.Known, DatasetPlaces.FromEnvironment() with { CacheFolder = "/nonexistent" }, new FakeServer([]));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("fashion_mnist_small", 10_000, 2_000, 1_000)]
    [InlineData("fashion_mnist", 60_000, 10_000, 6_000)]
    [InlineData("mnist", 60_000, 10_000, null)]
    [InlineData("cifar10", 50_000, 10_000, 5_000)]
    public void Load_RealFiles_GivesEverySampleAndTheMeansOfTheTable(string name, int train, int test, int? trainPerClass)
    {
        SkipWithout(name);
        ImageDataset dataset = Assert.IsType<ImageDataset>(TorchBuiltIns.Datasets.Choose(name).Create()(_store, Cancellation));
        Assert.Equal(train, dataset.Train.Count);
        Assert.Equal(test, dataset.Test.Count);
        Assert.Equal(train * dataset.Shape.Length, dataset.Train.Pixels.Length);
        Assert.Equal(test * dataset.Shape.Length, dataset.Test.Pixels.Length);
        Assert.Equal(10, dataset.Train.Labels.Distinct().Count());
        Assert.True(trainPerClass is null || dataset.Train.Labels.CountBy(label => label).All(count => count.Value == trainPerClass));
        Assert.Equal(name == "cifar10", dataset.Augment);
        for (int channel = 0; channel < dataset.Shape.Channels; channel++)
        {
            (double mean, double deviation) = Moments(dataset, channel);
            Assert.Equal(mean, dataset.Mean[channel], 1e-7);
            Assert.Equal(deviation, dataset.Deviation[channel], 1e-7);
        }
    }

    [Theory]
    [InlineData("fashion_mnist_small")]
    [InlineData("fashion_mnist")]
    [InlineData("mnist")]
    [InlineData("cifar10")]
    [InlineData("shakespeare")]
    public void Verify_RealFiles_FindsThemIntact(string name)
    {
        SkipWithout(name);
        DatasetVerification verification = _store.Verify(name, null, Cancellation);
        Assert.Null(verification.Problem);
        Assert.Equal(DatasetStore.Known.Single(definition => definition.Name == name).Files.Length, verification.Files.Count);
    }

    [Fact]
    public void Load_TinyShakespeare_GivesItsRolesSequencesAndCharacters()
    {
        // Counted by a program of its own: 299 roles have some text, 141 at least 1,000 characters, 64 at least 5,000. With the last tenth
        // of each held out, all characters but a part's first are targets: 11,713 sequences of 80 and 102,348 test characters.
        SkipWithout("shakespeare");
        SequenceDataset dataset = Assert.IsType<SequenceDataset>(TorchBuiltIns.Datasets.Choose("shakespeare").Create()(_store, Cancellation));
        DatasetDefinition definition = DatasetStore.Known.Single(known => known.Name == "shakespeare");
        Assert.Equal((299, 11_713, 102_348), (dataset.Owners.Names.Count, dataset.Train.Count, dataset.TestLabels.Length));
        Assert.Equal((11_713, 102_348), (definition.Samples(DatasetSplit.Train), definition.Samples(DatasetSplit.Test)));
        Assert.Equal("First Citizen", dataset.Owners.Names[0]);
        Assert.Equal("Before we proceed any further", new string([.. dataset.Train.Sequence(0)[..29].ToArray().Select(token => dataset.ClassNames[token] is { Length: 1 } letter ? letter[0] : ' ')]));
        Assert.DoesNotContain((byte)65, dataset.Train.Tokens); // The text has no character that the alphabet lacks.
        Assert.Equal(65, dataset.Train.Tokens.Concat(dataset.Test.Tokens).Where(token => token != SequenceSplit.Padding).Distinct().Count());
    }

    [Theory]
    [InlineData("train", 1_000)]
    [InlineData("t10k", 200)]
    public void ShippedSubset_AgainstTheFullSet_IsTheFirstOfEachClass(string split, int perClass)
    {
        Assert.SkipUnless(Directory.Exists(DebianFolder), $"Debian's package dataset-fashion-mnist is not installed in {DebianFolder}.");
        string small = Path.Combine(AppContext.BaseDirectory, "data", "fashion_mnist_small");
        byte[] labels = Unpack(DebianFolder, $"{split}-labels-idx1-ubyte")[8..];
        byte[] images = Unpack(DebianFolder, $"{split}-images-idx3-ubyte")[16..];
        int[] kept = [.. Enumerable.Range(0, 10)
            .SelectMany(label => Enumerable.Range(0, labels.Length).Where(sample => labels[sample] == label).Take(perClass))
            .Order()];
        Assert.Equal(kept.Select(sample => labels[sample]), Unpack(small, $"{split}-labels-idx1-ubyte")[8..]);
        Assert.Equal(
            kept.SelectMany(sample => images.AsSpan(sample * 784, 784).ToArray()).ToArray().AsSpan(),
            Unpack(small, $"{split}-images-idx3-ubyte").AsSpan(16));
    }

    [Fact]
    public void Load_MnistNamedAsFashionMnist_IsRefused()
    {
        // Both sets have the same file names and sizes; only the hashes tell them apart.
        string root = Path.Combine(Environment.GetEnvironmentVariable(DatasetPlaces.DataVariable) ?? "", "mnist");
        Assert.SkipUnless(Directory.Exists(root), $"{DatasetPlaces.DataVariable} names no folder with mnist.");
        var refusal = Assert.Throws<DatasetException>(
            () => _store.Load("fashion_mnist", new GreyDatasetOptions { Root = root }, Cancellation));
        Assert.Contains("is not fashion_mnist's train-images-idx3-ubyte", refusal.Message);
    }

    private static void SkipWithout(string name) => Assert.SkipWhen(
        _store.List().Single(listing => listing.Definition.Name == name).Location is null,
        $"The data set {name} is not on this machine ({DatasetPlaces.DataVariable} or Debian's package would give it).");

    /// <summary>The plain formulas: mean and root of the mean squared deviation of one channel's pixels, scaled to 0..1.</summary>
    private static (double Mean, double Deviation) Moments(ImageDataset dataset, int channel)
    {
        int plane = dataset.Shape.Height * dataset.Shape.Width;
        long[] histogram = new long[256];
        for (int start = channel * plane; start < dataset.Train.Pixels.Length; start += dataset.Shape.Length)
        {
            foreach (byte pixel in dataset.Train.Pixels.AsSpan(start, plane))
            {
                histogram[pixel]++;
            }
        }

        double count = histogram.Sum();
        double mean = histogram.Select((times, value) => times * (double)value).Sum() / count;
        double variance = histogram.Select((times, value) => times * (value - mean) * (value - mean)).Sum() / count;
        return (mean / 255, Math.Sqrt(variance) / 255);
    }

    private static byte[] Unpack(string folder, string name)
    {
        using var unpacked = new MemoryStream();
        using var file = new GZipStream(File.OpenRead(Path.Combine(folder, name + ".gz")), CompressionMode.Decompress);
        file.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}
