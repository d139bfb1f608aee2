using Straggler.Federation;
using Straggler.Metrics;

namespace Straggler.Tests.Metrics;

public sealed class AccuracyCounterTests
{
    [Fact]
    public void Count_ByHand_OverallByClassAndByClient()
    {
        // Labels 0 0 1 1 1 2; predicted 0 1 1 1 0 2: hits at 0, 2, 3, 5.
        // Client 0 owns 0, 1, 2; client 1 owns 3; client 2 owns none; samples 4 and 5 are nobody's.
        ClientPopulation population = new([new([7], [0, 1, 2]), new([8, 9], [3]), new([1], [])], 6);
        AccuracyCounter counter = new([0, 0, 1, 1, 1, 2], 4, population);

        (double accuracy, var byClass, var byClient) = counter.Count(new(1.5, [0, 1, 1, 1, 0, 2]));

        Assert.Equal(4.0 / 6, accuracy, 1e-15);
        Assert.Equal([0.5, 2.0 / 3, 1, double.NaN], byClass);
        Assert.Equal([2.0 / 3, 1, double.NaN], byClient);
    }

    [Fact]
    public void Count_NoTestSet_IsNaN() =>
        Assert.True(double.IsNaN(new AccuracyCounter([], 2, new([new([1], [])], 0)).Count(new(double.NaN, [])).Accuracy));

    [Fact]
    public void ClientPopulation_Shards_AreCounted()
    {
        ClientPopulation population = new([new([7, 8], [1]), new([], [0, 3])], 5);
        Assert.Equal(2, population.Count);
        Assert.Equal([2, 0], population.Samples);
        Assert.Equal([1, 2], population.TestSamples);
        Assert.Equal([1, 0, -1, 1, -1], population.TestOwner.ToArray());
    }
}
