namespace Straggler.Scheduling;

/// <summary>The bound on the mean squared gradient norm of Generalized AsyncSGD, at the step size that makes it least.</summary>
/// <remarks>
/// Source: Leconte et al. 2024, arXiv 2405.00017, as restated by Alahyane et al. 2025, arXiv 2502.08206: up to a common factor
/// A/(η(T + 1)) + ηLB/n² Σ 1/p_i + η²L²BC/n² Σ E[τ_i]/p_i², with E[τ_i] the mean staleness of client i's updates. In the stationary
/// closed Jackson network E[τ_i] = E[tasks at i among C − 1]/p_i (the arrival theorem with a discrete law of Little).
/// </remarks>
/// <param name="InitialGap">A.</param>
/// <param name="GradientBound">B.</param>
/// <param name="Smoothness">L.</param>
/// <param name="Horizon">T.</param>
/// <param name="Tasks">C.</param>
internal sealed record StalenessBound(double InitialGap, double GradientBound, double Smoothness, long Horizon, int Tasks)
{
    /// <summary>The bound for given Σ 1/p_i and Σ E[τ_i]/p_i², and its derivatives by the two sums.</summary>
    /// <param name="clients">n.</param>
    /// <param name="noise">Σ 1/p_i.</param>
    /// <param name="staleness">Σ E[τ_i]/p_i².</param>
    public (double Value, double ByNoise, double ByStaleness) At(int clients, double noise, double staleness)
    {
        double a = InitialGap / (Horizon + 1.0);
        double perNoise = Smoothness * GradientBound / clients / clients;
        double perStaleness = Smoothness * perNoise * Tasks;
        double step = BestStep(a, perNoise * noise, perStaleness * staleness);
        return ((a / step) + (step * perNoise * noise) + (step * step * perStaleness * staleness), step * perNoise, step * step * perStaleness);
    }

    /// <summary>The η that minimises a/η + bη + cη²: the root of b + 2cη − a/η², which rises, by bisection.</summary>
    private static double BestStep(double a, double b, double c)
    {
        (double low, double high) = (0, Math.Sqrt(a / b));
        for (int halving = 0; halving < 100; halving++)
        {
            double middle = (low + high) / 2;
            (low, high) = b + (2 * c * middle) - (a / middle / middle) < 0 ? (middle, high) : (low, middle);
        }

        return high;
    }
}
