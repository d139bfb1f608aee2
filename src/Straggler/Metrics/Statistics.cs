namespace Straggler.Metrics;

/// <summary>The descriptive statistics behind the metrics.</summary>
public static class Statistics
{
    /// <summary>A quantile by linear interpolation between order statistics (Hyndman and Fan's type 7: NumPy's and pandas' default).</summary>
    /// <param name="sorted">The values, ascending, at least one.</param>
    /// <param name="probability">From 0 to 1.</param>
    public static double Quantile(ReadOnlySpan<long> sorted, double probability)
    {
        double place = (sorted.Length - 1) * probability;
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }

    /// <summary>The Gini coefficient of values that are not negative: 0 when all are equal, (n − 1)/n when one has all.</summary>
    /// <remarks>Source: C. Gini 1912, as Σ_i (2i − n − 1) x_(i) / (n Σ x). NaN without values; 0 when all are 0.</remarks>
    public static double Gini(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
        {
            return double.NaN;
        }

        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        double weighted = 0, total = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            weighted += ((2.0 * (i + 1)) - sorted.Length - 1) * sorted[i];
            total += sorted[i];
        }

        return total > 0 ? weighted / (sorted.Length * total) : 0;
    }

    /// <summary>Jain's fairness index (Σx)² / (n Σx²): 1 when all are equal, 1/n when one has all.</summary>
    /// <remarks>Source: R. Jain, D. Chiu, W. Hawe 1984, DEC-TR-301. NaN without values; 1 when all are 0.</remarks>
    public static double Jain(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
        {
            return double.NaN;
        }

        double sum = 0, squares = 0;
        foreach (double value in values)
        {
            sum += value;
            squares += value * value;
        }

        return squares > 0 ? sum * sum / (values.Length * squares) : 1;
    }

    /// <summary>How values compare with each other: what a measure says of them; NaN with fewer than two, of which nothing can be said.</summary>
    /// <param name="values">The values.</param>
    /// <param name="measure">The measure.</param>
    public static double OfSeveral(ReadOnlySpan<double> values, Func<ReadOnlySpan<double>, double> measure)
    {
        ArgumentNullException.ThrowIfNull(measure);
        return values.Length < 2 ? double.NaN : measure(values);
    }

    /// <summary>The arithmetic mean; NaN without values.</summary>
    public static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }

    /// <summary>The population variance; NaN without values.</summary>
    public static double Variance(ReadOnlySpan<double> values)
    {
        double mean = Mean(values), squares = 0;
        foreach (double value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return squares / values.Length;
    }

    /// <summary>Mean of the smallest (or largest) share of the values, at least one value; NaN without values.</summary>
    /// <param name="values">The values.</param>
    /// <param name="share">The share, such as 0.1; its count is rounded up.</param>
    /// <param name="largest">Whether the largest are meant.</param>
    public static double TailMean(ReadOnlySpan<double> values, double share, bool largest)
    {
        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        int count = (int)Math.Ceiling(share * sorted.Length);
        return Mean(largest ? sorted.AsSpan(sorted.Length - count) : sorted.AsSpan(0, count));
    }
}
