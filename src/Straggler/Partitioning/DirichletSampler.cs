using Straggler.Simulation;

namespace Straggler.Partitioning;

/// <summary>Draws proportions from a Dirichlet distribution, safely for very small concentrations.</summary>
/// <remarks>
/// Proportions are gamma variates over their sum. For a small shape α nearly all variates underflow to 0 in double precision, so
/// their logarithms are drawn: log G(α) = log G(α + 1) + log(U)/α, and the largest is subtracted before the exponential.
/// Source of the gamma variates: G. Marsaglia, W. Tsang, "A simple method for generating gamma variables", ACM TOMS 26(3), 2000.
/// </remarks>
internal static class DirichletSampler
{
    /// <summary>Fills <paramref name="proportions"/> with one draw; they are at least 0 and sum to 1.</summary>
    /// <param name="alpha">Concentration α of every component, above 0.</param>
    /// <param name="proportions">Receives the draw.</param>
    /// <param name="random">The stream to draw from.</param>
    public static void Sample(double alpha, Span<double> proportions, ref RandomStream random)
    {
        proportions.Fill(alpha);
        Sample(proportions, ref random);
    }

    /// <summary>Replaces the concentrations αₖ, each above 0, by one draw of Dirichlet(α₁, α₂, ...).</summary>
    /// <param name="proportions">The concentrations; receives the draw.</param>
    /// <param name="random">The stream to draw from.</param>
    public static void Sample(Span<double> proportions, ref RandomStream random)
    {
        double largest = double.NegativeInfinity;
        foreach (ref double value in proportions)
        {
            value = LogGamma(value, ref random);
            largest = Math.Max(largest, value);
        }

        double sum = 0;
        foreach (ref double value in proportions)
        {
            value = Math.Exp(value - largest);
            sum += value;
        }

        foreach (ref double value in proportions)
        {
            value /= sum;
        }
    }

    /// <summary>The logarithm of a gamma variate of scale 1.</summary>
    private static double LogGamma(double shape, ref RandomStream random)
    {
        if (shape < 1)
        {
            return LogGamma(shape + 1, ref random) + (Math.Log(random.NextOpenDouble()) / shape);
        }

        double d = shape - (1.0 / 3), c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = random.NextGaussian(), v = 1 + (c * x);
            if (v > 0)
            {
                double v3 = v * v * v;
                if (Math.Log(random.NextOpenDouble()) < (0.5 * x * x) + d - (d * v3) + (d * Math.Log(v3)))
                {
                    return Math.Log(d) + Math.Log(v3);
                }
            }
        }
    }
}
