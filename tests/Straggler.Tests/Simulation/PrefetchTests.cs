using Straggler.Simulation;

namespace Straggler.Tests.Simulation;

public sealed class PrefetchTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    public void Element_AnyIndex_LeavesTheArrayAlone(int index)
    {
        int[] array = [1, 2, 3];
        Prefetch.Element(array, index);
        Prefetch.Element(Array.Empty<double>(), index);
        Assert.Equal([1, 2, 3], array);
    }
}
