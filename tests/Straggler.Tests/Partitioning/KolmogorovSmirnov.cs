namespace Straggler.Tests.Partitioning;

/// <summary>The Kolmogorov-Smirnov test of a sample against a continuous law, at confidence 0.9999.</summary>
internal static class KolmogorovSmirnov
{
    /// <summary>Fails if the sample's distribution is too far from the law's; a right sampler fails for 1 seed in 10,000.</summary>
    public static void AssertFollows(double[] sample, Func<double, double> distribution)
    {
        double[] sorted = [.. sample.Order()];
        double distance = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            double expected = distribution(sorted[i]);
            distance = Math.Max(distance, Math.Max(expected - ((double)i / sorted.Length), ((i + 1.0) / sorted.Length) - expected));
        }

        // P(√n·D > c) is about 2·exp(−2c²), so c = √(−ln(0.0001/2)/2).
        Assert.InRange(distance * Math.Sqrt(sorted.Length), 0, Math.Sqrt(-Math.Log(0.0001 / 2) / 2));
    }
}
