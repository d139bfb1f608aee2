using MathNet.Numerics.Distributions;

namespace Straggler.Inference;

/// <summary>Two treatments measured on the same units, such as two strategies under the same seeds.</summary>
/// <param name="Pairs">Pairs of which both values are known.</param>
/// <param name="Difference">Mean of first − second with its confidence interval.</param>
/// <param name="EffectSize">
/// The mean difference over the differences' standard deviation, d_z, with Hedges' correction for small samples; NaN for fewer than three
/// pairs, of which the correction leaves nothing, and without any spread.
/// </param>
/// <param name="TTest">Two-sided p-value of the paired t-test; NaN for fewer than two pairs.</param>
/// <param name="Wilcoxon">Two-sided p-value of Wilcoxon's signed-rank test, exact; NaN where all pairs are equal.</param>
/// <remarks>
/// Source: Lakens, "Calculating and reporting effect sizes to facilitate cumulative science", Frontiers in Psychology 4:863, 2013
/// (d_z; correction 1 − 3/(4(n−1) − 1)); Wilcoxon, Biometrics Bulletin 1(6), 1945, with zero differences left out and mid-ranks for ties.
/// Differences are ranked to twelve digits of the largest value, so that those that differ by rounding alone (0.3 − 0.2 and 0.2 − 0.1) tie.
/// </remarks>
public readonly record struct PairedComparison(int Pairs, SampleSummary Difference, double EffectSize, double TTest, double Wilcoxon)
{
    /// <summary>Pairs up to which the signed-rank test enumerates all signs (by their sums); beyond it the normal approximation is used.</summary>
    private const int MostExact = 200;

    /// <summary>How finely differences are ranked, as a part of the largest value.</summary>
    private const double Resolution = 1e-12;

    /// <summary>Compares two treatments.</summary>
    /// <param name="first">Values of the one.</param>
    /// <param name="second">Values of the other, in the same order of units. A pair with a NaN is left out.</param>
    /// <param name="level">The level of the confidence interval.</param>
    public static PairedComparison Of(IReadOnlyList<double> first, IReadOnlyList<double> second, double level = SampleSummary.DefaultLevel)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        (double First, double Second)[] known = [.. first.Zip(second).Where(pair => !double.IsNaN(pair.First - pair.Second))];
        double[] differences = [.. known.Select(pair => pair.First - pair.Second)];
        SampleSummary summary = SampleSummary.Of(differences, level);
        int pairs = differences.Length;
        double size = summary.Mean / summary.Deviation;
        double test = pairs < 2 ? double.NaN
            : summary.Deviation > 0 ? 2 * StudentT.CDF(0, 1, pairs - 1, -Math.Abs(size) * Math.Sqrt(pairs))
            : summary.Mean == 0 ? 1 : 0;
        return new(pairs, summary, pairs > 2 && double.IsFinite(size) ? size * (1 - (3 / ((4.0 * (pairs - 1)) - 1))) : double.NaN, test, SignedRank(Rounded(known)));
    }

    /// <summary>The differences in units of what still counts.</summary>
    private static double[] Rounded((double First, double Second)[] pairs)
    {
        double unit = Resolution * pairs.Select(pair => Math.Max(Math.Abs(pair.First), Math.Abs(pair.Second))).DefaultIfEmpty().Max();
        return [.. pairs.Select(pair => unit > 0 ? Math.Round((pair.First - pair.Second) / unit) : 0)];
    }

    private static double SignedRank(double[] differences)
    {
        double[] moved = [.. differences.Where(difference => difference != 0)];
        if (moved.Length == 0)
        {
            return double.NaN;
        }

        // Twice the mid-ranks, which are integers.
        int[] ranks = [.. moved.Select(difference =>
            1 + (2 * moved.Count(other => Math.Abs(other) < Math.Abs(difference))) + moved.Count(other => Math.Abs(other).Equals(Math.Abs(difference))))];
        int positive = ranks.Where((_, index) => moved[index] > 0).Sum(), total = ranks.Sum();
        int extreme = Math.Min(positive, total - positive);
        return moved.Length <= MostExact ? Exact(ranks, total, extreme) : Approximate(ranks, total, extreme);
    }

    /// <summary>The share of the 2ⁿ signs whose positive ranks sum to as little, or by symmetry as much.</summary>
    private static double Exact(int[] ranks, int total, int extreme)
    {
        double[] ways = new double[total + 1];
        ways[0] = 1;
        foreach (int rank in ranks)
        {
            for (int sum = total; sum >= 0; sum--)
            {
                ways[sum] = (ways[sum] + (sum >= rank ? ways[sum - rank] : 0)) / 2;
            }
        }

        return Math.Min(1, 2 * ways.Take(extreme + 1).Sum());
    }

    private static double Approximate(int[] ranks, int total, int extreme) =>
        Math.Min(1, 2 * Normal.CDF(total / 2.0, Math.Sqrt(ranks.Sum(rank => (double)rank * rank)) / 2, extreme + 0.5));
}
