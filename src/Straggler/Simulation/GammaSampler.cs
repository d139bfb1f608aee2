namespace Straggler.Simulation;

/// <summary>Draws gamma variates, for delays and for Dirichlet proportions.</summary>
/// <remarks>
/// Source: G. Marsaglia, W. Tsang, "A simple method for generating gamma variables", ACM TOMS 26(3), 2000; for a shape below 1,
/// G(α) = G(α + 1)·U^(1/α). Takes as many draws as its rejections need.
/// </remarks>
internal static class GammaSampler
{
    /// <summary>The logarithm of a gamma variate of scale 1; the variate itself underflows to 0 for small shapes.</summary>
    /// <param name="shape">Shape α, above 0.</param>
    /// <param name="random">The stream to draw from.</param>
    public static double SampleLog(double shape, ref RandomStream random)
    {
        if (shape < 1)
        {
            return SampleLog(shape + 1, ref random) + (Math.Log(random.NextOpenDouble()) / shape);
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
