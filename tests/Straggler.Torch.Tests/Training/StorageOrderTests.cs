using Straggler.Federation;
using Straggler.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Straggler.Torch.Tests.Training;

public sealed class StorageOrderTests
{
    private static readonly ParameterLayout _layout = new(
    [
        new("kernel", [2, 3, 2, 2], ParameterKind.Parameter, 0),
        new("matrix", [2, 3], ParameterKind.Parameter, 24),
    ]);

    [Fact]
    public void ToCanonical_Kernel_IsTorchsPermutation()
    {
        float[] stored = [.. Enumerable.Range(0, 30).Select(index => (float)index)];
        float[] canonical = new float[30];
        using DisposeScope scope = NewDisposeScope();
        float[] kernel = [.. tensor(stored[..24]).reshape(2, 2, 2, 3).permute(0, 3, 1, 2).contiguous().flatten().data<float>()];

        StorageOrder.ToCanonical(_layout, stored, canonical);

        Assert.Equal([.. kernel, .. stored[24..]], canonical);
    }

    [Fact]
    public void FromCanonical_ThenBack_IsTheSame()
    {
        float[] canonical = [.. Enumerable.Range(0, 30).Select(index => (float)index)];
        float[] stored = new float[30], back = new float[30];

        StorageOrder.FromCanonical(_layout, canonical, stored);
        StorageOrder.ToCanonical(_layout, stored, back);

        Assert.NotEqual(canonical, stored);
        Assert.Equal(canonical, back);
    }
}
