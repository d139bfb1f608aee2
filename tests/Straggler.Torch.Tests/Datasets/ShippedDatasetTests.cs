using Straggler.Torch.Datasets;

namespace Straggler.Torch.Tests.Datasets;

public sealed class ShippedDatasetTests
{
    [Fact]
    public void Load_FashionMnistSmall_IsBalanced()
    {
        ImageDataset dataset = TorchBuiltIns.Datasets.Choose("fashion_mnist_small").Create()(DatasetStore.CreateDefault(), CancellationToken.None);
        Assert.Equal(new ImageShape(1, 28, 28), dataset.Shape);
        Assert.All(dataset.Train.Labels.CountBy(label => label), count => Assert.Equal(1_000, count.Value));
        Assert.All(dataset.Test.Labels.CountBy(label => label), count => Assert.Equal(200, count.Value));
        Assert.Equal(10_000 * 784, dataset.Train.Pixels.Length);
        Assert.Equal(2_000 * 784, dataset.Test.Pixels.Length);
        Assert.False(dataset.Augment);
    }
}
