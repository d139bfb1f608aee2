using Straggler.Privacy;

namespace Straggler.Tests.Privacy;

public sealed class RdpAccountantTests
{
    [Theory]

    // Abadi et al. 2016, "Deep learning with differential privacy", section 3.2: q = 0.01, sigma = 4, delta = 1e-5, E = 100 epochs
    // (10,000 steps): epsilon 1.26 by the moments accountant.
    [InlineData(4, 0.01, 10_000, 1e-5, 1.26, 0.005)]

    // TensorFlow Privacy's own test of compute_dp_sgd_privacy: 60,000 samples, batches of 150, noise 1.3, 15 epochs (6,000 steps),
    // delta 1e-5: epsilon 0.94, with orders that are not integers too.
    [InlineData(1.3, 0.0025, 6_000, 1e-5, 0.94, 0.02)]
    public void SampledEpsilon_PublishedSettings_GivesThePublishedValue(
        double noise, double rate, long releases, double delta, double expected, double tolerance) =>
        Assert.Equal(expected, RdpAccountant.SampledEpsilon(noise, rate, releases, delta), tolerance);

    [Fact]
    public void SampledDivergence_OrderTwo_IsTheClosedForm()
    {
        // For order 2 the sum has three terms: (1 - q)^2 + 2q(1 - q) + q^2 e^(1/z^2) = 1 + q^2 (e^(1/z^2) - 1).
        const double q = 0.3, z = 0.8;
        Assert.Equal(Math.Log(1 + (q * q * (Math.Exp(1 / (z * z)) - 1))), RdpAccountant.SampledDivergence(z, q, 2), 1e-12);
    }

    [Fact]
    public void SampledDivergence_RateOne_IsTheGaussianMechanisms() => Assert.Equal(7 / (2 * 1.5 * 1.5), RdpAccountant.SampledDivergence(1.5, 1, 7), 1e-12);

    [Theory]
    [InlineData(1, 1, 1e-5)]
    [InlineData(2.5, 40, 1e-6)]
    [InlineData(0.7, 0.25, 1e-3)]
    public void Epsilon_AnySetting_IsTheBestOrderOfAGrid(double noise, double releases, double delta)
    {
        // The definition, minimised by brute force.
        double best = Enumerable.Range(1, 400_000)
            .Select(step => 1 + (step * 0.001))
            .Min(order => (releases * order / (2 * noise * noise)) + (Math.Log(1 / delta) / (order - 1)));
        Assert.Equal(best, RdpAccountant.Epsilon(noise, releases, delta), best * 1e-5);
    }

    [Fact]
    public void Epsilon_NothingReleased_IsNone() => Assert.Equal(0, RdpAccountant.Epsilon(1, 0, 1e-5));
}
