using System.Collections.Immutable;

namespace Straggler.Reports.TensorBoard;

/// <summary>How values are spread, as TensorBoard draws it.</summary>
/// <param name="Min">The smallest value.</param>
/// <param name="Max">The largest.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Sum">Their sum.</param>
/// <param name="SumOfSquares">The sum of their squares.</param>
/// <param name="Limits">The right ends of the bars; each begins where the one before ends, and the first, which is empty, nowhere.</param>
/// <param name="Counts">The values within each.</param>
internal sealed record Histogram(
    double Min, double Max, double Count, double Sum, double SumOfSquares, ImmutableArray<double> Limits, ImmutableArray<double> Counts)
{
    private const int MostBars = 60;
    private const int FractionBars = 20;

    /// <summary>A bar for each whole number, or for as many neighbours as it takes to have at most 60.</summary>
    /// <param name="counts">How often each occurred; at least one.</param>
    public static Histogram OfWholeNumbers(IReadOnlyDictionary<long, long> counts)
    {
        (long least, long most) = (counts.Keys.Min(), counts.Keys.Max());
        long width = (most - least + MostBars) / MostBars;
        double[] bars = new double[((most - least) / width) + 1];
        (double sum, double squares) = (0, 0);
        foreach ((long value, long count) in counts.OrderBy(pair => pair.Key))
        {
            bars[(value - least) / width] += count;
            sum += (double)value * count;
            squares += (double)value * value * count;
        }

        double start = least - 0.5;
        return new(least, most, counts.Values.Sum(), sum, squares, Ends(start, width, bars.Length), [0, .. bars]);
    }

    /// <summary>Twenty bars from 0 to 1.</summary>
    /// <param name="values">Fractions; at least one.</param>
    public static Histogram OfFractions(IReadOnlyList<double> values)
    {
        double[] bars = new double[FractionBars];
        foreach (double value in values)
        {
            bars[Math.Clamp((int)(value * FractionBars), 0, FractionBars - 1)]++;
        }

        return new(
            values.Min(), values.Max(), values.Count, values.Sum(), values.Sum(value => value * value), Ends(0, 1.0 / FractionBars, FractionBars), [0, .. bars]);
    }

    private static ImmutableArray<double> Ends(double start, double width, int bars) =>
        [.. Enumerable.Range(0, bars + 1).Select(bar => start + (bar * width))];
}
