using Straggler.Delays;
using Straggler.Delays.Fitting;
using Straggler.Simulation;

namespace Straggler.Tests.Delays.Fitting;

/// <summary>The families' parameters are found again in values that were drawn from them.</summary>
public class MaximumLikelihoodTests
{
    private const int Count = 20_000;

    /// <summary>Four standard errors, from the inverse of Fisher's information for n values.</summary>
    private const double Errors = 4;

    [Fact]
    public void FitAll_Lognormal_ParametersWithinTheirStandardErrors()
    {
        LognormalOptions options = Best<LognormalOptions>("lognormal", new LognormalOptions { Mu = 0.3, Sigma = 0.6 });

        // σ²/n and σ²/2n.
        Assert.Equal(0.3, options.Mu, Errors * 0.6 / Math.Sqrt(Count));
        Assert.Equal(0.6, options.Sigma, Errors * 0.6 / Math.Sqrt(2 * Count));
    }

    [Fact]
    public void FitAll_Gamma_ParametersWithinTheirStandardErrors()
    {
        GammaOptions options = Best<GammaOptions>("gamma", new GammaOptions { Shape = 3, Scale = 2 });

        // Information of one value: ψ'(3) = π²/6 − 1 − 1/4 = 0.39493 for the shape, α/θ² for the scale, 1/θ between them.
        double trigamma = (Math.PI * Math.PI / 6) - 1.25, determinant = (trigamma * 3 / 4) - 0.25;
        Assert.Equal(3, options.Shape, Errors * Math.Sqrt(3 / 4.0 / determinant / Count));
        Assert.Equal(2, options.Scale, Errors * Math.Sqrt(trigamma / determinant / Count));
    }

    [Fact]
    public void FitAll_Weibull_ParametersWithinTheirStandardErrors()
    {
        WeibullOptions options = Best<WeibullOptions>("weibull", new WeibullOptions { Shape = 1.7, Scale = 5 });

        // 0.608 k²/n and 1.109 (λ/k)²/n (Johnson, Kotz and Balakrishnan, section 21.4).
        Assert.Equal(1.7, options.Shape, Errors * Math.Sqrt(0.608 / Count) * 1.7);
        Assert.Equal(5, options.Scale, Errors * Math.Sqrt(1.109 / Count) * 5 / 1.7);
    }

    [Fact]
    public void FitAll_ValuesOnePercentApart_ShapesInTheThousandsAreFound()
    {
        GammaOptions gamma = Best<GammaOptions>("gamma", new GammaOptions { Shape = 12_000, Scale = 1 / 12_000.0 });
        WeibullOptions weibull = Best<WeibullOptions>("weibull", new WeibullOptions { Shape = 900, Scale = 3 });

        // For large shapes ψ'(α) − 1/α is 1/(2α²), so the shape's variance is 2α²/n.
        Assert.Equal(12_000, gamma.Shape, Errors * 12_000 * Math.Sqrt(2.0 / Count));
        Assert.Equal(900, weibull.Shape, Errors * Math.Sqrt(0.608 / Count) * 900);
    }

    [Fact]
    public void FitAll_ShapesOutOfReach_FamiliesAreLeftOut()
    {
        // A deviation of 1e-5 of the mean: gamma's shape would be 1e10, Weibull's about 1e5, which configurations do not allow.
        double[] values = [.. Draw("lognormal", new LognormalOptions { Mu = 0, Sigma = 1e-5 })];

        string[] families = [.. MaximumLikelihood.FitAll(values).Select(fit => fit.Distribution.Name)];
        Assert.Equal("lognormal", families[0]);
        Assert.DoesNotContain("gamma", families);
        Assert.DoesNotContain("weibull", families);
    }

    [Fact]
    public void FitAll_ShiftedExponential_ParametersWithinTheirStandardErrors()
    {
        ShiftedExponentialOptions options = Best<ShiftedExponentialOptions>("shifted_exponential", new ShiftedExponentialOptions { Shift = 2, Mean = 1.5 });

        // The least of n values lies Exp(mean/n) above the shift.
        Assert.InRange(options.Shift, 2, 2 + (12 * 1.5 / Count));
        Assert.Equal(1.5, options.Mean, Errors * 1.5 / Math.Sqrt(Count));
    }

    [Fact]
    public void FitAll_Exponential_IsAmongThoseThatCannotBeToldFromIt()
    {
        IReadOnlyList<DistributionFit> fits = MaximumLikelihood.FitAll(Draw("exponential", new ExponentialOptions { Mean = 3 }));
        DistributionFit exponential = fits.Single(fit => fit.Distribution.Name == "exponential");
        Assert.Equal(3, ((ExponentialOptions)exponential.Distribution.Options).Mean, Errors * 3 / Math.Sqrt(Count));
        Assert.True(exponential.Aic - fits[0].Aic < 8);
    }

    [Theory]
    [InlineData("lognormal")]
    [InlineData("gamma")]
    [InlineData("weibull")]
    [InlineData("exponential")]
    [InlineData("shifted_exponential")]
    public void FitAll_LogLikelihood_IsTheDensitysLogarithmSummed(string family)
    {
        double[] values = [0.5, 0.8, 1.1, 1.9, 2.6];
        DistributionFit fit = MaximumLikelihood.FitAll(values).Single(fit => fit.Distribution.Name == family);

        // The density as the distribution function's slope; at the least value of a shifted exponential from above.
        const double Step = 1e-6;
        double expected = values.Sum(value => Math.Log((fit.Cdf(value + (2 * Step)) - fit.Cdf(value + Step)) / Step));
        Assert.Equal(expected, fit.LogLikelihood, 1e-3);
    }

    [Fact]
    public void KolmogorovSmirnov_ThreeValues_LargestGap()
    {
        // Uniform on [0, 1]: at 0.1 the values' function steps from 0 to 1/3, at 0.2 to 2/3, at 0.9 to 1; the largest gap is 2/3 − 0.2.
        DistributionFit uniform = new(BuiltIns.Distributions.Choose("uniform"), 0, 0, value => value);
        Assert.Equal((2 / 3.0) - 0.2, uniform.KolmogorovSmirnov([0.9, 0.1, 0.2]), 1e-12);
    }

    [Fact]
    public void FitAll_AllEqual_IsRefused() => Assert.Throws<ArgumentException>(() => MaximumLikelihood.FitAll([2, 2, 2]));

    private static TOptions Best<TOptions>(string family, TOptions options)
        where TOptions : class
    {
        double[] values = Draw(family, options);
        DistributionFit best = MaximumLikelihood.FitAll(values)[0];
        Assert.Equal(family, best.Distribution.Name);

        // The 1 % point of Kolmogorov's distribution for a law that is known; parameters that were fitted make it smaller.
        Assert.InRange(best.KolmogorovSmirnov(values), 0, 1.63 / Math.Sqrt(Count));
        return (TOptions)best.Distribution.Options;
    }

    private static double[] Draw(string family, object options)
    {
        IDistribution distribution = (BuiltIns.Distributions.Choose(family) with { Options = options }).Create();
        RandomStream random = new RandomStreams(11).Open(new StreamPurpose("fitting"), 0);
        double[] values = new double[Count];
        for (int i = 0; i < Count; i++)
        {
            values[i] = distribution.Sample(ref random);
        }

        return values;
    }
}
