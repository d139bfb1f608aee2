namespace Straggler.Reports.Charts;

/// <summary>Steps that people count in: 1, 2 and 5 times powers of ten.</summary>
internal static class RoundNumbers
{
    /// <summary>The smallest round step that covers a range in at most <paramref name="count"/> steps.</summary>
    /// <param name="range">Above 0.</param>
    /// <param name="count">At least 1.</param>
    public static double Step(double range, double count)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(range / count)));
        foreach (double factor in (ReadOnlySpan<double>)[1, 2, 5])
        {
            if (factor * power * count >= range * (1 - 1e-9))
            {
                return factor * power;
            }
        }

        return 10 * power;
    }

    /// <summary>The smallest whole round step, at least 1, that covers a range in at most <paramref name="count"/> steps.</summary>
    public static int WholeStep(long range, int count) => (int)Math.Max(1, Step(Math.Max(1, range), count));
}
