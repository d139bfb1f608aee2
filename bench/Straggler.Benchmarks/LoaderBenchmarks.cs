using BenchmarkDotNet.Attributes;
using Straggler.Torch.Datasets;

namespace Straggler.Benchmarks;

/// <summary>Reading, checking and unpacking the images that come with the project: 10,000 to train and 2,000 to test.</summary>
public class LoaderBenchmarks
{
    private readonly GreyDatasetOptions _options = new();

    [Benchmark]
    public ImageDataset FashionMnistSmall() => Load(_options);

    internal static ImageDataset LoadImages() => Load(new());

    private static ImageDataset Load(GreyDatasetOptions options) => DatasetStore.CreateDefault().Load("fashion_mnist_small", options);
}
