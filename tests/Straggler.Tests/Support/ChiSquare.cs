namespace Straggler.Tests.Support;

/// <summary>Pearson's chi-square test of counts against expected counts, at confidence 0.9999.</summary>
internal static class ChiSquare
{
    /// <summary>Fails if the counts are too far from what is expected; right counts fail for 1 seed in 10,000.</summary>
    /// <param name="observed">The counts.</param>
    /// <param name="expected">Expected counts, each at least 5 for the approximation to hold.</param>
    public static void AssertFollows(IReadOnlyList<long> observed, IReadOnlyList<double> expected)
    {
        Assert.Equal(expected.Count, observed.Count);
        Assert.All(expected, count => Assert.True(count >= 5, "the test's own bins are too small"));
        double distance = observed.Zip(expected, (seen, due) => (seen - due) * (seen - due) / due).Sum();
        Assert.InRange(distance, 0, MathNet.Numerics.Distributions.ChiSquared.InvCDF(expected.Count - 1, 0.9999));
    }

    /// <summary>Fails if the counts are too far from equal ones.</summary>
    public static void AssertUniform(IReadOnlyList<long> observed) =>
        AssertFollows(observed, [.. observed.Select(_ => (double)observed.Sum() / observed.Count)]);
}
