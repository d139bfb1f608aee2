namespace Straggler.Inference;

/// <summary>Ranks of treatments over units.</summary>
public static class Ranks
{
    /// <summary>Each treatment's mean rank over the units on which all are known: 1 is the best, those that tie share.</summary>
    /// <param name="treatments">[treatment][unit] values; a unit with a NaN is left out.</param>
    /// <param name="higherIsBetter">Which end is rank 1.</param>
    /// <returns>Mean ranks; NaN where no unit is complete.</returns>
    public static double[] Mean(IReadOnlyList<IReadOnlyList<double>> treatments, bool higherIsBetter)
    {
        ArgumentNullException.ThrowIfNull(treatments);
        int units = treatments.Count == 0 ? 0 : treatments.Min(treatment => treatment.Count);
        int[] complete = [.. Enumerable.Range(0, units).Where(unit => treatments.All(treatment => !double.IsNaN(treatment[unit])))];
        return
        [
            .. treatments.Select(treatment => complete.Length == 0 ? double.NaN : complete.Average(unit =>
            {
                double own = treatment[unit];
                int better = treatments.Count(other => higherIsBetter ? other[unit] > own : other[unit] < own);
                int equal = treatments.Count(other => other[unit].Equals(own));
                return better + ((equal + 1) / 2.0);
            })),
        ];
    }
}
