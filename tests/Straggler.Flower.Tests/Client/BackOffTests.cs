using Straggler.Flower.Client;

namespace Straggler.Flower.Tests.Client;

public sealed class BackOffTests
{
    [Theory]
    [InlineData(1, 0.0, 1.0)]
    [InlineData(2, 0.0, 2.0)]
    [InlineData(4, 0.0, 8.0)]
    [InlineData(4, 0.5, 6.0)]
    [InlineData(7, 0.0, 60.0)]
    [InlineData(int.MaxValue, 0.0, 60.0)]
    public void After_Failures_DoublesUpToTheLimitAndLessByChance(int failures, double chance, double seconds) =>
        Assert.Equal(seconds, new BackOff(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)).After(failures, chance).TotalSeconds);
}
