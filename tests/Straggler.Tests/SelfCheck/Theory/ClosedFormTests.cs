using Straggler.SelfCheck.Theory;

namespace Straggler.Tests.SelfCheck.Theory;

/// <summary>Harmonic numbers, geometric and renewal laws against sums by hand.</summary>
public sealed class ClosedFormTests
{
    [Fact]
    public void Number_Small_IsTheSumByHand()
    {
        Assert.Equal(0, Harmonic.Number(0));
        Assert.Equal(25 / 12.0, Harmonic.Number(4), 1e-15); // 1 + 1/2 + 1/3 + 1/4
        Assert.Equal(205 / 144.0, Harmonic.Number(4, 2), 1e-15); // 1 + 1/4 + 1/9 + 1/16
    }

    [Fact]
    public void FirstOf_TwoOfThree_IsTheIntegralOverTheSecondSmallest()
    {
        // P(second smallest of three > t) = 3 e^{−2t} − 2 e^{−3t}; its integral is 3/2 − 2/3 = 5/6, and 2 ∫ t P dt = 3·2/4 − 2·2/9 = 19/18.
        (double mean, double variance) = Harmonic.FirstOf(3, 2);
        Assert.Equal(5 / 6.0, mean, 1e-15);
        Assert.Equal((19 / 18.0) - (25 / 36.0), variance, 1e-15);
    }

    [Fact]
    public void Geometric_Moments_AreTheSums()
    {
        Geometric law = new(0.3);
        double[] probabilities = [.. Enumerable.Range(0, 400).Select(law.Probability)];
        double mean = probabilities.Select((probability, k) => k * probability).Sum();
        Assert.Equal(1, probabilities.Sum(), 1e-12);
        Assert.Equal(mean, law.Mean, 1e-12);
        Assert.Equal(probabilities.Select((probability, k) => (k - mean) * (k - mean) * probability).Sum(), law.Variance, 1e-10);
        Assert.Equal(probabilities.Skip(7).Sum(), law.Tail(7), 1e-12);
    }

    [Fact]
    public void Renewals_Exponential_IsPoisson()
    {
        // Mean 2, variance 4: a Poisson process of rate 1/2.
        Renewals renewals = new(2, 4);
        Assert.Equal(50, renewals.ExpectedCount(100));
        Assert.Equal(50, renewals.CountVariance(100));
    }

    [Fact]
    public void Renewals_TwoStages_CountsEverySecondPoint()
    {
        // Durations of two exponential stages of mean 1: every second point of a Poisson process of N points. ⌊N/2⌋ by summing over N.
        const double time = 30;
        double probability = Math.Exp(-time), mean = 0, square = 0;
        for (int points = 0; points < 400; points++)
        {
            int count = points / 2;
            mean += count * probability;
            square += (double)count * count * probability;
            probability *= time / (points + 1);
        }

        Renewals renewals = new(2, 2);
        Assert.Equal(mean, renewals.ExpectedCount(time), 1e-9);
        Assert.Equal(square - (mean * mean), renewals.CountVariance(time), 0.1);
    }
}
