using Straggler.Strategies;

namespace Straggler.Tests.Strategies;

public sealed class StepReachTests
{
    /// <summary>The last that are gone one by one, and some that are composed.</summary>
    public static TheoryData<int> ManySteps => [999_999, 1_000_000, 1_000_001, 1_048_575, 3_141_592, 100_000_000, int.MaxValue];

    [Theory]
    [MemberData(nameof(ManySteps))]
    public void Of_PlainSteps_AreCounted(int steps) => Assert.Equal(steps, StepReach.Of(steps, 0, 0, nesterov: false));

    /// <summary>[τ − ρ(1 − ρ^τ)/(1 − ρ)]/(1 − ρ), with ρ^τ = 0.</summary>
    [Theory]
    [MemberData(nameof(ManySteps))]
    public void Of_Momentum_IsThePapersNorm(int steps)
    {
        // The velocity after step k is (1 − ρ^k)/(1 − ρ), and Nesterov's step 1 + ρ of it: the sum is τ + ρ times the plain one.
        const double rho = 0.9;
        double plain = (steps - (rho / (1 - rho))) / (1 - rho);
        AssertClose(plain, StepReach.Of(steps, 0, rho, nesterov: false));
        AssertClose(steps + (rho * plain), StepReach.Of(steps, 0, rho, nesterov: true));
    }

    /// <summary>(1 − (1 − ημ)^τ)/(ημ), once with a power that is 0 in 64 bits.</summary>
    [Theory]
    [MemberData(nameof(ManySteps))]
    public void Of_ProximalTerm_IsThePapersNorm(int steps)
    {
        AssertClose(1 / 0.01, StepReach.Of(steps, 0.01, 0, nesterov: false));
        AssertClose((1 - Math.Exp(steps * Math.Log(1 - 1e-7))) / 1e-7, StepReach.Of(steps, 1e-7, 0, nesterov: false), 1e-7);
    }

    [Theory]
    [InlineData(1_000_001, 3e-7, 0.5, false)]
    [InlineData(1_234_567, 3e-7, 0.99, true)]
    [InlineData(2_000_000, 1e-3, 0.999, true)]
    public void Of_EverythingAtOnce_IsWhatOneStepAfterTheOtherComesTo(int steps, double curvature, double momentum, bool nesterov)
    {
        double weight = 0, buffer = 0;
        for (int step = 0; step < steps; step++)
        {
            // PyTorch's SGD: buf = ρ·buf + g; g = g + ρ·buf or buf; w −= lr·g, of a gradient −1 + ημ·w with w in units of lr.
            double g = -1 + (curvature * weight);
            buffer = (momentum * buffer) + g;
            weight -= nesterov ? g + (momentum * buffer) : buffer;
        }

        AssertClose(weight, StepReach.Of(steps, curvature, momentum, nesterov));
    }

    private static void AssertClose(double expected, double actual, double relative = 1e-9) => Assert.Equal(expected, actual, expected * relative);
}
