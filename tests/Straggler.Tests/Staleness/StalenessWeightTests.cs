using CsCheck;
using Straggler.Staleness;

namespace Straggler.Tests.Staleness;

public sealed class StalenessWeightTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    public void Constant_AnyStaleness_IsOne(long staleness) => Assert.Equal(1, new ConstantWeight().Weight(staleness));

    [Theory]
    [InlineData(0, 1)] // 1^−0.5
    [InlineData(3, 0.5)] // 4^−0.5
    [InlineData(8, 1.0 / 3)] // 9^−0.5
    [InlineData(99, 0.1)] // 100^−0.5
    public void Polynomial_PaperExponent_IsTheInverseRoot(long staleness, double expected) =>
        Assert.Equal(expected, new PolynomialWeight(new()).Weight(staleness), 1e-15);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(4, 1)] // the knee b itself
    [InlineData(5, 1.0 / 11)] // b + 1: 1/(10·1 + 1), not 1/(10·(1 + 1)) and not 1/(10·(5 + 4) + 1)
    [InlineData(6, 1.0 / 21)]
    [InlineData(14, 1.0 / 101)]
    public void Hinge_PaperOptions_HasItsKneeAtB(long staleness, double expected) =>
        Assert.Equal(expected, new HingeWeight(new()).Weight(staleness), 1e-15);

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 2.0 / 3)] // 1/(1·(3 − 2.5) + 1)
    public void Hinge_KneeBetweenVersions_CountsFromTheKnee(long staleness, double expected) =>
        Assert.Equal(expected, new HingeWeight(new() { A = 1, B = 2.5 }).Weight(staleness), 1e-15);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0.9048374180359595)] // e^−0.1
    [InlineData(10, 0.36787944117144233)] // e^−1
    public void Exponential_DefaultRate_Decays(long staleness, double expected) =>
        Assert.Equal(expected, new ExponentialWeight(new()).Weight(staleness), 1e-15);

    [Fact]
    public void Weight_FixedWeightings_NeverGrowWithStalenessAndStayBetweenZeroAndOne() =>
        Gen.Select(Gen.Double[0, 100], Gen.Double[0, 50], Gen.Long[0, 5_000], Gen.Long[0, 5_000]).Sample((a, b, staleness, later) =>
        {
            IStalenessWeight[] weights =
            [
                new ConstantWeight(),
                new PolynomialWeight(new() { A = a }),
                new HingeWeight(new() { A = a, B = b }),
                new ExponentialWeight(new() { Lambda = a }),
            ];
            Assert.All(weights, weight =>
            {
                double first = weight.Weight(staleness), second = weight.Weight(staleness + later);
                Assert.InRange(first, 0, 1);
                Assert.InRange(second, 0, first);
                Assert.Equal(1, weight.Weight(0));
            });
        });
}
