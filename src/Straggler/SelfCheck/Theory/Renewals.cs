namespace Straggler.SelfCheck.Theory;

/// <summary>How many tasks, done one after another, are over at a late time.</summary>
/// <remarks>
/// Source: D. Cox, "Renewal theory", 1962, chapter 4: the number is asymptotically normal with mean t/m + (σ²/m² − 1)/2 and variance
/// t σ²/m³.
/// </remarks>
/// <param name="Mean">m, the mean duration of a task.</param>
/// <param name="Variance">σ², its variance.</param>
internal readonly record struct Renewals(double Mean, double Variance)
{
    /// <summary>The expected number.</summary>
    public double ExpectedCount(double time) => (time / Mean) + (((Variance / (Mean * Mean)) - 1) / 2);

    /// <summary>Its variance.</summary>
    public double CountVariance(double time) => time * Variance / (Mean * Mean * Mean);
}
