using Straggler.Torch.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Straggler.Torch.Tests.Models;

public sealed class BiasReluPoolTests
{
    [Theory]
    [InlineData(3, 32, 6, 4)]
    [InlineData(2, 64, 2, 8)]
    [InlineData(1, 96, 14, 14)]
    [InlineData(2, 8, 6, 6)] // too few channels for the kernel
    [InlineData(2, 32, 7, 6)] // an odd height
    public void Apply_AnyMaps_GivesTheBitsOfLibtorchsThreeSteps(int batch, int channels, int height, int width)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator random = new(11);

        // Whole numbers from −4 to 4: many ties, and many sums of exactly 0.
        Tensor whole = randint(-4, 5, [batch, height, width, channels], dtype: ScalarType.Float32, generator: random);
        Compare(whole.permute(0, 3, 1, 2), randint(-2, 3, [channels], dtype: ScalarType.Float32, generator: random), random);
        Compare(
            randn([batch, height, width, channels], generator: random).permute(0, 3, 1, 2), randn([channels], generator: random), random);
    }

    [Fact]
    public void Apply_NotANumber_Spreads()
    {
        using DisposeScope scope = NewDisposeScope();
        for (int pixel = 0; pixel < 4; pixel++)
        {
            Tensor maps = zeros(1, 2, 2, 32);
            maps[0, pixel / 2, pixel % 2, 5] = tensor(float.NaN);

            float[] pooled = [.. BiasReluPool.Apply(maps.permute(0, 3, 1, 2), zeros(32)).contiguous().flatten().data<float>()];

            Assert.True(float.IsNaN(pooled[5]));
            Assert.Equal(31, pooled.Count(value => value == 0));
        }
    }

    private static void Compare(Tensor maps, Tensor bias, Generator random)
    {
        Tensor expectedMaps = maps.detach().clone().requires_grad_(true), expectedBias = bias.detach().clone().requires_grad_(true);
        Tensor actualMaps = maps.detach().clone().requires_grad_(true), actualBias = bias.detach().clone().requires_grad_(true);

        Tensor expected = nn.functional.max_pool2d((expectedMaps + expectedBias.view(1, -1, 1, 1)).relu(), 2);
        Tensor actual = BiasReluPool.Apply(actualMaps, actualBias);
        Tensor gradient = randn(expected.shape, generator: random);
        expected.backward([gradient]);
        actual.backward([gradient]);

        Assert.True(expected.equal(actual).all().item<bool>());
        Assert.True(expectedMaps.grad!.equal(actualMaps.grad!).all().item<bool>());
        Assert.True(expectedBias.grad!.allclose(actualBias.grad!, 1e-5, 1e-4));
    }
}
