namespace Straggler.Inference;

/// <summary>Correction of p-values for several comparisons.</summary>
public static class Holm
{
    /// <summary>Adjusts p-values so that all hypotheses below α are false with confidence 1 − α together.</summary>
    /// <remarks>Source: Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 1979.</remarks>
    /// <param name="values">The p-values; NaN stays and does not count.</param>
    /// <returns>The adjusted p-values, in the same order.</returns>
    public static double[] Adjust(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        int[] order = [.. Enumerable.Range(0, values.Count).Where(index => !double.IsNaN(values[index])).OrderBy(index => values[index])];
        double[] adjusted = [.. Enumerable.Repeat(double.NaN, values.Count)];
        double largest = 0;
        for (int place = 0; place < order.Length; place++)
        {
            largest = Math.Max(largest, Math.Min(1, (order.Length - place) * values[order[place]]));
            adjusted[order[place]] = largest;
        }

        return adjusted;
    }
}
