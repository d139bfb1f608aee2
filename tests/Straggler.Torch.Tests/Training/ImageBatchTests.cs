using Straggler.Simulation;
using Straggler.Torch.Datasets;
using Straggler.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Straggler.Torch.Tests.Training;

public sealed class ImageBatchTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(MemoryOrder.ChannelsLast)]
    [InlineData(MemoryOrder.Default)]
    public void Fill_Samples_AreNormalisedInPlace(MemoryOrder order)
    {
        ImageDataset dataset = TestProblem.Dataset(new(3, 5, 4));
        using ImageBatch batch = new(dataset, 8, order);

        (Tensor inputs, Tensor labels) = batch.Fill(dataset.Train, [7, 2]);

        Assert.Equal([2, 3, 5, 4], inputs.shape);
        Assert.Equal([dataset.Train.Labels[7], dataset.Train.Labels[2]], labels.data<long>().Select(label => (int)label));
        foreach ((int place, int sample) in new[] { (0, 7), (1, 2) })
        {
            for (int channel = 0; channel < 3; channel++)
            {
                for (int pixel = 0; pixel < 20; pixel++)
                {
                    float raw = dataset.Train.Pixels[(((sample * 3) + channel) * 20) + pixel] / 255f;
                    float expected = (raw - dataset.Mean[channel]) / dataset.Deviation[channel];
                    Assert.Equal(expected, inputs[place, channel, pixel / 4, pixel % 4].item<float>(), 1e-6f);
                }
            }
        }
    }

    [Fact]
    public void Fill_ChannelsLast_HasTorchsStrides()
    {
        ImageDataset dataset = TestProblem.Dataset(new(3, 5, 4));
        using ImageBatch batch = new(dataset, 8);

        Assert.Equal([60, 1, 12, 3], batch.Fill(dataset.Train, [0, 1]).Inputs.stride());
    }

    [Fact]
    public void FillAugmented_EveryImage_IsAShiftedAndPerhapsMirroredOriginal()
    {
        ImageDataset dataset = TestProblem.Dataset(new(1, 9, 9));
        using ImageBatch batch = new(dataset, 39);
        RandomStream random = new RandomStreams(3).Open(new("augmentation"));
        int[] samples = [.. Enumerable.Range(0, 39)];

        (Tensor inputs, _) = batch.FillAugmented(dataset.Train, samples, ref random);

        float[] values = [.. inputs.contiguous().flatten().data<float>()];
        HashSet<(int Down, int Right, bool Mirrored)> seen = [];
        foreach (int sample in samples)
        {
            var ways = from down in Enumerable.Range(-4, 9)
                       from right in Enumerable.Range(-4, 9)
                       from mirrored in new[] { false, true }
                       where Moved(dataset, sample, down, right, mirrored).Zip(values.Skip(sample * 81)).All(pair => Math.Abs(pair.First - pair.Second) < 1e-5)
                       select (down, right, mirrored);
            seen.Add(Assert.Single(ways));
        }

        Assert.True(seen.Count > 20, "crops and flips should vary");
        Assert.Contains(seen, way => way.Mirrored);
        Assert.Contains(seen, way => !way.Mirrored);
    }

    [Fact]
    public void FillAugmented_SameStream_GivesSameImages()
    {
        ImageDataset dataset = TestProblem.Dataset(new(3, 9, 9));
        using ImageBatch batch = new(dataset, 5);
        RandomStream once = new RandomStreams(3).Open(new("augmentation"), 1, 2), again = once, other = new RandomStreams(3).Open(new("augmentation"), 2, 2);

        float[] first = Take(ref once), second = Take(ref again), third = Take(ref other);

        Assert.Equal(first, second);
        Assert.NotEqual(first, third);

        float[] Take(ref RandomStream random) => [.. batch.FillAugmented(dataset.Train, [0, 1, 2], ref random).Inputs.contiguous().flatten().data<float>()];
    }

    /// <summary>Pads by 4 black pixels, cuts a window of the image's size at (4 + down, 4 + right), then mirrors.</summary>
    private static IEnumerable<float> Moved(ImageDataset dataset, int sample, int down, int right, bool mirrored)
    {
        for (int row = 0; row < 9; row++)
        {
            for (int column = 0; column < 9; column++)
            {
                int y = row + down, x = (mirrored ? 8 - column : column) + right;
                float raw = y is >= 0 and < 9 && x is >= 0 and < 9 ? dataset.Train.Pixels[(sample * 81) + (y * 9) + x] / 255f : 0;
                yield return (raw - dataset.Mean[0]) / dataset.Deviation[0];
            }
        }
    }
}
