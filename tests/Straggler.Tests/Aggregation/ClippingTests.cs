using Straggler.Aggregation;

namespace Straggler.Tests.Aggregation;

public sealed class ClippingTests
{
    [Fact]
    public void Apply_LongDelta_KeepsItsDirectionAndHasTheLimitsLength()
    {
        // Delta (3, 4) of length 5, at most 2: (1.2, 1.6). The last element is a buffer.
        float[] local = [13, 24, 900];
        Clipping.Apply(local, [10, 20, 30], trainableCount: 2, limit: 2);
        Assert.Equal(11.2, local[0], 1e-5);
        Assert.Equal(21.6, local[1], 1e-5);
        Assert.Equal(900, local[2]);
    }

    [Fact]
    public void Apply_ShortDelta_ChangesNothing()
    {
        float[] local = [13, 24];
        Clipping.Apply(local, [10, 20], trainableCount: 2, limit: 5);
        Assert.Equal([13, 24], local);
    }

    [Fact]
    public void Apply_NoDelta_ChangesNothing()
    {
        float[] local = [1, 2];
        Clipping.Apply(local, [1, 2], trainableCount: 2, limit: 0.1);
        Assert.Equal([1, 2], local);
    }
}
