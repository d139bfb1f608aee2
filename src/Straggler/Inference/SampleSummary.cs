using MathNet.Numerics.Distributions;

namespace Straggler.Inference;

/// <summary>A sample's mean with a confidence interval.</summary>
/// <param name="Count">Values that are numbers.</param>
/// <param name="Mean">Their mean; NaN without values.</param>
/// <param name="Deviation">Their standard deviation, n − 1 in the denominator; NaN for fewer than two.</param>
/// <param name="HalfWidth">Half the width of the confidence interval of the mean, by Student's t; NaN for fewer than two values.</param>
public readonly record struct SampleSummary(int Count, double Mean, double Deviation, double HalfWidth)
{
    /// <summary>The level of confidence intervals where none is given.</summary>
    public const double DefaultLevel = 0.95;

    /// <summary>Summarises a sample.</summary>
    /// <param name="values">The values; NaN is left out.</param>
    /// <param name="level">The level of the confidence interval, above 0 and below 1.</param>
    public static SampleSummary Of(IEnumerable<double> values, double level = DefaultLevel)
    {
        ArgumentNullException.ThrowIfNull(values);
        double[] known = [.. values.Where(value => !double.IsNaN(value))];
        if (known.Length == 0)
        {
            return new(0, double.NaN, double.NaN, double.NaN);
        }

        double mean = known.Average();
        if (known.Length == 1)
        {
            return new(1, mean, double.NaN, double.NaN);
        }

        double deviation = Math.Sqrt(known.Sum(value => (value - mean) * (value - mean)) / (known.Length - 1));
        double quantile = StudentT.InvCDF(0, 1, known.Length - 1, 1 - ((1 - level) / 2));
        return new(known.Length, mean, deviation, quantile * deviation / Math.Sqrt(known.Length));
    }
}
