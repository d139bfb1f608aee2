using Straggler.Delays;
using Straggler.Simulation;
using Straggler.Tests.Partitioning;
using Normal = MathNet.Numerics.Distributions.Normal;

namespace Straggler.Tests.Delays;

/// <summary>Samples against the laws they promise: Kolmogorov-Smirnov at confidence 0.9999, fixed seeds.</summary>
public sealed class DistributionTests
{
    private const int Draws = 100_000;

    [Fact]
    public void Lognormal_Sample_FollowsItsLaw()
    {
        Lognormal law = new(new() { Mu = 0.5, Sigma = 0.75 });
        double[] sample = Sample(law);
        KolmogorovSmirnov.AssertFollows(sample, x => Normal.CDF(0.5, 0.75, Math.Log(x)));
        AssertMean(law, sample);
        Assert.Equal(Math.Exp(0.5 + (0.75 * 0.75 / 2)), law.Mean, 1e-12);
    }

    [Fact]
    public void Exponential_Sample_FollowsItsLaw()
    {
        Exponential law = new(new() { Mean = 3 });
        double[] sample = Sample(law);
        KolmogorovSmirnov.AssertFollows(sample, x => 1 - Math.Exp(-x / 3));
        AssertMean(law, sample);
        Assert.Equal(3, law.Mean);
    }

    [Fact]
    public void Uniform_Sample_FollowsItsLaw()
    {
        Uniform law = new(new() { Low = 2, High = 5 });
        double[] sample = Sample(law);
        KolmogorovSmirnov.AssertFollows(sample, x => (x - 2) / 3);
        Assert.All(sample, x => Assert.InRange(x, 2, 5));
        AssertMean(law, sample);
        Assert.Equal(3.5, law.Mean);
    }

    [Fact]
    public void HalfNormal_Sample_FollowsItsLaw()
    {
        HalfNormal law = new(new() { Min = 1, Sd = 2 });
        double[] sample = Sample(law);
        KolmogorovSmirnov.AssertFollows(sample, x => (2 * Normal.CDF(0, 2, x - 1)) - 1);
        AssertMean(law, sample);
        Assert.Equal(1 + (2 * Math.Sqrt(2 / Math.PI)), law.Mean, 1e-12);
    }

    [Fact]
    public void Constant_Sample_IsTheValue()
    {
        Constant law = new(new() { Value = 4 });
        Assert.All(Sample(law).Take(10), x => Assert.Equal(4, x));
        Assert.Equal(4, law.Mean);
    }

    [Fact]
    public void Pareto_WithoutCap_FollowsItsLaw()
    {
        Pareto law = new(new() { Shape = 2.5, Scale = 3 });
        double[] sample = Sample(law);
        KolmogorovSmirnov.AssertFollows(sample, x => 1 - Math.Pow(3 / x, 2.5));
        AssertMean(law, sample);
        Assert.Equal(5, law.Mean, 1e-12); // 2.5·3/1.5
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2)]
    public void Pareto_WithCap_IsTheLawGivenThatTheCapIsNotExceeded(double shape)
    {
        Pareto law = new(new() { Shape = shape, Scale = 1, Cap = 9 });
        double[] sample = Sample(law);
        double kept = 1 - Math.Pow(1 / 9.0, shape);
        KolmogorovSmirnov.AssertFollows(sample, x => (1 - Math.Pow(x, -shape)) / kept);
        Assert.All(sample, x => Assert.InRange(x, 1, 9 + 1e-9));
        AssertMean(law, sample);
    }

    [Theory]
    [InlineData(0.5, 3)] // ½∫₁⁹ x^−½ dx / (1 − ⅓) = 2/(2/3)
    [InlineData(1, 2.4718777)] // ∫₁⁹ 1/x dx / (1 − 1/9) = ln 9/(8/9)
    [InlineData(2, 1.8)] // 2∫₁⁹ x^−2 dx / (1 − 1/81) = (16/9)/(80/81)
    public void Pareto_Capped_HasTheMeanOfTheIntegral(double shape, double expected) =>
        Assert.Equal(expected, new Pareto(new() { Shape = shape, Scale = 1, Cap = 9 }).Mean, 1e-7);

    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    public void Pareto_HeavyTailWithoutCap_HasNoMean(double shape) =>
        Assert.Equal(double.PositiveInfinity, new Pareto(new() { Shape = shape }).Mean);

    [Fact]
    public void Validate_ParetoWithoutMeanOrWithACapBelowItsScale_IsRefused()
    {
        Assert.Single(new ParetoOptions { Shape = 1 }.Validate(new(new())));
        Assert.Empty(new ParetoOptions { Shape = 1, Cap = 2 }.Validate(new(new())));
        Assert.Single(new ParetoOptions { Scale = 3, Cap = 3 }.Validate(new(new())));
        Assert.Empty(new ParetoOptions().Validate(new(new())));
        Assert.Single(new UniformOptions { Low = 2, High = 1 }.Validate(new(new())));
    }

    [Fact]
    public void Sample_EveryDefault_IsFiniteAndNotNegative() => Assert.All(BuiltIns.Distributions.Entries, entry =>
    {
        IDistribution law = BuiltIns.Distributions.Choose(entry.Name).Create();
        Assert.All(Sample(law).Take(1_000), x => Assert.InRange(x, 0, double.MaxValue));
        Assert.InRange(law.Mean, 0, double.MaxValue);
    });

    private static double[] Sample(IDistribution law)
    {
        RandomStream random = new RandomStreams(11).Open(new("test.distribution"));
        double[] sample = new double[Draws];
        foreach (ref double draw in sample.AsSpan())
        {
            draw = law.Sample(ref random);
        }

        return sample;
    }

    /// <summary>Four standard errors of the sample's own spread.</summary>
    private static void AssertMean(IDistribution law, double[] sample)
    {
        double mean = sample.Average(), spread = Math.Sqrt(sample.Average(x => (x - mean) * (x - mean)));
        Assert.Equal(law.Mean, mean, 4 * spread / Math.Sqrt(Draws));
    }
}
