using Straggler.Simulation;

namespace Straggler.Partitioning;

/// <summary>Draws proportions from a Dirichlet distribution, safely for very small concentrations.</summary>
/// <remarks>
/// Proportions are gamma variates over their sum. For a small concentration nearly all variates underflow to 0 in double precision, so
/// their logarithms are drawn, and the largest is subtracted before the exponential.
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
            value = GammaSampler.SampleLog(value, ref random);
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
}
