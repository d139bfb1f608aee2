using CsCheck;
using MathNet.Numerics.Distributions;
using Straggler.Partitioning;
using Straggler.Simulation;

namespace Straggler.Tests.Partitioning;

public sealed class DirichletSamplerTests
{
    [Theory]
    [InlineData(0.01, 10)]
    [InlineData(0.3, 10)]
    [InlineData(1.0, 2)]
    [InlineData(1.0, 100)]
    [InlineData(10.0, 5)]
    public void Sample_ManyDraws_FollowsTheDirichletsMarginalLaw(double alpha, int components)
    {
        // One component of a symmetric Dirichlet(α) of n components is Beta(α, (n−1)α).
        const int Draws = 20_000;
        double[] first = new double[Draws], proportions = new double[components];
        RandomStream random = new RandomStreams(1).Open(new StreamPurpose("test"));
        for (int draw = 0; draw < Draws; draw++)
        {
            DirichletSampler.Sample(alpha, proportions, ref random);
            first[draw] = proportions[draw % components];
        }

        KolmogorovSmirnov.AssertFollows(first, new Beta(alpha, (components - 1) * alpha).CumulativeDistribution);
    }

    [Fact]
    public void Sample_ManyDraws_HasTheDirichletsCovariance()
    {
        // Cov(p₁, p₂) = −1/(n²(nα+1)): for n = 3 and α = 1, −1/36. The mean of p₁p₂ is then 1/9 − 1/36 = 1/12, and that of (p₁p₂)²,
        // by the moments of the Dirichlet, 2!·2!·2!/6! = 1/90, so p₁p₂ has the deviation √(1/90 − 1/144) = 0.0645.
        const int Draws = 40_000;
        double[] proportions = new double[3];
        RandomStream random = new RandomStreams(2).Open(new StreamPurpose("test"));
        double sum = 0;
        for (int draw = 0; draw < Draws; draw++)
        {
            DirichletSampler.Sample(1, proportions, ref random);
            sum += proportions[0] * proportions[1];
        }

        // Four standard errors: a right sampler fails for 6 seeds in 100,000.
        Assert.Equal(1.0 / 12, sum / Draws, 4 * 0.0645 / Math.Sqrt(Draws));
    }

    [Fact]
    public void Sample_AnyConcentration_GivesProportions() =>
        Gen.Select(Gen.Double[-6, 9], Gen.Int[1, 50], Gen.ULong).Sample((exponent, components, seed) =>
        {
            double[] proportions = new double[components];
            RandomStream random = new RandomStreams(seed).Open(new StreamPurpose("test"));
            DirichletSampler.Sample(Math.Pow(10, exponent), proportions, ref random);
            Assert.All(proportions, proportion => Assert.InRange(proportion, 0, 1));
            Assert.Equal(1, proportions.Sum(), 1e-12);
        });
}
