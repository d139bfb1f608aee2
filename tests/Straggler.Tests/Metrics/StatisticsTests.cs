using CsCheck;
using Straggler.Metrics;

namespace Straggler.Tests.Metrics;

public sealed class StatisticsTests
{
    private static readonly Gen<double[]> Values = Gen.Double[0, 10].Array[1, 40];

    [Theory]
    [InlineData(new[] { 5.0 }, 0)]
    [InlineData(new[] { 2.0, 2, 2 }, 0)]
    [InlineData(new[] { 0.0, 0, 0, 8 }, 0.75)] // one has all: (n − 1)/n
    [InlineData(new[] { 1.0, 3 }, 0.25)] // |1 − 3|·2/(2·4·2): mean difference 1 over twice the mean 4
    [InlineData(new[] { 4.0, 1, 3, 2 }, 0.25)] // (−3·1 − 1·2 + 1·3 + 3·4)/(4·10)
    [InlineData(new[] { 0.0, 0 }, 0)]
    public void Gini_HandValues_AreRight(double[] values, double expected) => Assert.Equal(expected, Statistics.Gini(values), 1e-15);

    [Fact]
    public void Gini_AnyValues_IsHalfTheRelativeMeanDifference() => Values.Sample(values =>
    {
        // The definition itself: Σ_i Σ_j |x_i − x_j| / (2 n² x̄).
        double differences = values.Sum(x => values.Sum(y => Math.Abs(x - y)));
        double total = values.Sum();
        Assert.Equal(total > 0 ? differences / (2 * values.Length * total) : 0, Statistics.Gini(values), 1e-12);
    });

    [Theory]
    [InlineData(new[] { 3.0, 3, 3 }, 1)]
    [InlineData(new[] { 0.0, 0, 0, 8 }, 0.25)]
    [InlineData(new[] { 1.0, 3 }, 0.8)] // 16/(2·10)
    [InlineData(new[] { 0.0, 0 }, 1)]
    public void Jain_HandValues_AreRight(double[] values, double expected) => Assert.Equal(expected, Statistics.Jain(values), 1e-15);

    [Fact]
    public void Variance_HandValues_IsThePopulations()
    {
        Assert.Equal(4, Statistics.Variance([2, 4, 4, 4, 5, 5, 7, 9]), 1e-15);
        Assert.Equal(0, Statistics.Variance([0.3]));
    }

    [Fact]
    public void EveryStatistic_NoValues_IsNaN()
    {
        Assert.True(double.IsNaN(Statistics.Gini([])));
        Assert.True(double.IsNaN(Statistics.Jain([])));
        Assert.True(double.IsNaN(Statistics.Mean([])));
        Assert.True(double.IsNaN(Statistics.Variance([])));
        Assert.True(double.IsNaN(Statistics.TailMean([], 0.1, largest: true)));
    }

    [Fact]
    public void TailMean_TenthOfTwenty_IsTheMeanOfTwo()
    {
        double[] values = [.. Enumerable.Range(1, 20).Reverse().Select(value => (double)value)];
        Assert.Equal(1.5, Statistics.TailMean(values, 0.1, largest: false));
        Assert.Equal(19.5, Statistics.TailMean(values, 0.1, largest: true));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(9, 1)]
    [InlineData(10, 1)]
    [InlineData(11, 2)] // rounded up
    [InlineData(30, 3)]
    [InlineData(70, 7)]
    [InlineData(100, 10)]
    [InlineData(110, 11)]
    public void TailMean_TenthOfAnyCount_TakesTheCountRoundedUp(int count, int tail)
    {
        // Values 0, 1, 2, ...: the smallest k have the mean (k − 1)/2.
        double[] values = [.. Enumerable.Range(0, count).Select(value => (double)value)];
        Assert.Equal((tail - 1) / 2.0, Statistics.TailMean(values, 0.1, largest: false), 1e-12);
    }

    [Fact]
    public void TailMean_EveryMultipleOfTen_TakesExactlyATenth()
    {
        for (int tenth = 1; tenth <= 1_000; tenth++)
        {
            double[] values = [.. Enumerable.Range(0, 10 * tenth).Select(value => (double)value)];
            Assert.Equal((tenth - 1) / 2.0, Statistics.TailMean(values, 0.1, largest: false));
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 3.5)] // numpy.quantile([1, 2, 5, 9], 0.5)
    [InlineData(0.25, 1.75)]
    [InlineData(0.9, 7.8)]
    [InlineData(1, 9)]
    public void Quantile_FourValues_InterpolatesAsNumPy(double probability, double expected)
    {
        Assert.Equal(expected, Statistics.Quantile([1, 2, 5, 9], probability), 1e-12);
        StalenessDistribution distribution = new();
        foreach (long value in new long[] { 5, 1, 9, 2 })
        {
            distribution.Add(value);
        }

        Assert.Equal(expected, distribution.Quantile(probability), 1e-12);
    }

    [Fact]
    public void StalenessDistribution_AnyValues_AgreesWithTheSortedList() =>
        Gen.Select(Gen.OneOf(Gen.Long[0, 10], Gen.Long[0, 3_000]).Array[1, 60], Gen.Double[0, 1]).Sample((values, probability) =>
        {
            StalenessDistribution distribution = new();
            foreach (long value in values)
            {
                distribution.Add(value);
            }

            long[] sorted = [.. values.Order()];
            double place = probability * (sorted.Length - 1), floor = Math.Floor(place);
            double low = sorted[(int)floor], high = sorted[(int)Math.Min(floor + 1, sorted.Length - 1)];
            Assert.Equal(low + ((place - floor) * (high - low)), distribution.Quantile(probability), 1e-9);
            Assert.Equal(low + ((place - floor) * (high - low)), Statistics.Quantile(sorted, probability), 1e-9);
            Assert.Equal(sorted[^1], distribution.Max);
            Assert.Equal(values.Average(), distribution.Mean, 1e-9);
            Assert.Equal(values.Length, distribution.Count);
        });

    [Fact]
    public void StalenessDistribution_Empty_HasNoNumbers()
    {
        StalenessDistribution distribution = new();
        Assert.True(double.IsNaN(distribution.Mean) && double.IsNaN(distribution.Quantile(0.5)));
        Assert.True(double.IsNaN(distribution.Max));
    }
}
