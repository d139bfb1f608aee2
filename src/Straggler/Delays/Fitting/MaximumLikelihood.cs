using MathNet.Numerics;
using Straggler.Configuration;

namespace Straggler.Delays.Fitting;

/// <summary>Fits the distributions of <see cref="BuiltIns.Distributions"/> that measured durations tend to follow, by maximum likelihood.</summary>
/// <remarks>
/// Closed forms where there are any; the shapes of gamma and Weibull solve their likelihood equations, which have one root. Source of both:
/// Johnson, Kotz and Balakrishnan, "Continuous Univariate Distributions", volume 1, 2nd edition 1994, sections 17.7 and 21.4.
/// </remarks>
public static class MaximumLikelihood
{
    private const int MostSteps = 200;

    /// <summary>Fits every family that can have made the values, the best one by Akaike's criterion first.</summary>
    /// <param name="values">The values, all above 0 and not all equal.</param>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static IReadOnlyList<DistributionFit> FitAll(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count < 2 || values.Any(value => !(value > 0) || double.IsInfinity(value)) || values.All(value => value == values[0]))
        {
            throw new ArgumentException("A distribution is fitted to finite values above 0 that are not all equal.", nameof(values));
        }

        Moments moments = new(values.Count, values.Average(), values.Min(), values.Average(Math.Log));
        return [.. new[] { Exponential(moments), ShiftedExponential(moments), Lognormal(values, moments), Gamma(moments), Weibull(values, moments) }
            .Where(fit => double.IsFinite(fit.LogLikelihood)).OrderBy(fit => fit.Aic)];
    }

    private static DistributionFit Exponential(Moments x) => new(
        Choose("exponential", new ExponentialOptions { Mean = x.Mean }), -x.Count * (Math.Log(x.Mean) + 1), 1, value => 1 - Math.Exp(-value / x.Mean));

    private static DistributionFit ShiftedExponential(Moments x)
    {
        double excess = x.Mean - x.Least;
        return new(
            Choose("shifted_exponential", new ShiftedExponentialOptions { Shift = x.Least, Mean = excess }),
            -x.Count * (Math.Log(excess) + 1),
            2,
            value => value <= x.Least ? 0 : 1 - Math.Exp(-(value - x.Least) / excess));
    }

    private static DistributionFit Lognormal(IReadOnlyList<double> values, Moments x)
    {
        double sigma = Math.Sqrt(values.Average(value => (Math.Log(value) - x.MeanLog) * (Math.Log(value) - x.MeanLog)));
        return new(
            Choose("lognormal", new LognormalOptions { Mu = x.MeanLog, Sigma = sigma }),
            -x.Count * (x.MeanLog + Math.Log(sigma) + (0.5 * Math.Log(2 * Math.PI)) + 0.5),
            2,
            value => 0.5 * SpecialFunctions.Erfc(-(Math.Log(value) - x.MeanLog) / (sigma * Math.Sqrt(2))));
    }

    /// <summary>ln α − ψ(α) = ln mean − mean ln.</summary>
    private static DistributionFit Gamma(Moments x)
    {
        double gap = Math.Log(x.Mean) - x.MeanLog;
        double shape = Root(1e-3, 1e6, shape => Math.Log(shape) - SpecialFunctions.DiGamma(shape) - gap);
        double scale = x.Mean / shape;
        return new(
            Choose("gamma", new GammaOptions { Shape = shape, Scale = scale }),
            x.Count * (((shape - 1) * x.MeanLog) - shape - SpecialFunctions.GammaLn(shape) - (shape * Math.Log(scale))),
            2,
            value => SpecialFunctions.GammaLowerRegularized(shape, value / scale));
    }

    /// <summary>1/k = Σ x^k ln x / Σ x^k − mean ln; values are taken relative to the largest, lest powers overflow.</summary>
    private static DistributionFit Weibull(IReadOnlyList<double> values, Moments x)
    {
        double largest = values.Max();
        double[] relative = [.. values.Select(value => value / largest)];
        double meanLog = x.MeanLog - Math.Log(largest);
        double shape = Root(0.05, 1e3, Slope);
        double scale = largest * Math.Pow(relative.Average(value => Math.Pow(value, shape)), 1 / shape);
        return new(
            Choose("weibull", new WeibullOptions { Shape = shape, Scale = scale }),
            x.Count * (Math.Log(shape) - (shape * Math.Log(scale)) + ((shape - 1) * x.MeanLog) - 1),
            2,
            value => 1 - Math.Exp(-Math.Pow(value / scale, shape)));

        double Slope(double shape)
        {
            double sum = 0, logs = 0;
            foreach (double value in relative)
            {
                double power = Math.Pow(value, shape);
                (sum, logs) = (sum + power, logs + (power * Math.Log(value)));
            }

            return (1 / shape) + meanLog - (logs / sum);
        }
    }

    /// <summary>The root of a falling function of a shape, found by halving its logarithm's range; NaN where the family's range does not hold it.</summary>
    private static double Root(double least, double most, Func<double, double> falling)
    {
        if (!(falling(least) > 0 && falling(most) < 0))
        {
            return double.NaN;
        }

        double low = Math.Log(least), high = Math.Log(most);
        for (int step = 0; step < MostSteps && high - low > 1e-13; step++)
        {
            double middle = (low + high) / 2;
            (low, high) = falling(Math.Exp(middle)) > 0 ? (middle, high) : (low, middle);
        }

        return Math.Exp((low + high) / 2);
    }

    private static Choice<IDistribution> Choose(string name, object options) => BuiltIns.Distributions.Choose(name) with { Options = options };

    private readonly record struct Moments(int Count, double Mean, double Least, double MeanLog);
}
