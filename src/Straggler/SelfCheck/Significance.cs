using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Straggler.SelfCheck;

/// <summary>Statistical tests, each as a p-value: how likely a right engine differs as much or more.</summary>
public static class Significance
{
    /// <summary>
    /// A claim fails below this p-value. With some twenty statistical claims, and tails that are approximate by a small factor, a right
    /// engine is blamed for fewer than one seed in a million.
    /// </summary>
    public const double Level = 1e-9;

    /// <summary>Two-sided test of a value that is normally distributed.</summary>
    internal static double Normal(double value, double mean, double variance) =>
        SpecialFunctions.Erfc(Math.Abs(value - mean) / Math.Sqrt(2 * variance));

    /// <summary>Two-sided test of Student's t.</summary>
    internal static double Student(double t, int degreesOfFreedom) => 2 * StudentT.CDF(0, 1, degreesOfFreedom, -Math.Abs(t));

    /// <summary>Pearson's test of counts against expected counts of the same sum, each large.</summary>
    internal static double ChiSquare(IReadOnlyList<long> observed, IReadOnlyList<double> expected)
    {
        double distance = observed.Zip(expected, (seen, due) => (seen - due) * (seen - due) / due).Sum();
        return SpecialFunctions.GammaUpperRegularized((expected.Count - 1) / 2.0, distance / 2);
    }

    /// <summary>Several tests as one, however they depend on each other (Bonferroni).</summary>
    internal static double Joint(IEnumerable<double> pValues)
    {
        double[] all = [.. pValues];
        return Math.Min(1, all.Length * all.Min());
    }
}
