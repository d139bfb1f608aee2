using Straggler.Configuration;

namespace Straggler.Delays.Fitting;

/// <summary>A distribution whose parameters make given values as likely as its family can.</summary>
/// <param name="Distribution">The family's line of the table, with the parameters.</param>
/// <param name="LogLikelihood">The logarithm of the values' density.</param>
/// <param name="Parameters">How many parameters were chosen.</param>
/// <param name="Cdf">The distribution function.</param>
public sealed record DistributionFit(Choice<IDistribution> Distribution, double LogLikelihood, int Parameters, Func<double, double> Cdf)
{
    /// <summary>Akaike's criterion, 2k − 2 ln L; smaller is better.</summary>
    public double Aic => (2 * Parameters) - (2 * LogLikelihood);

    /// <summary>The Kolmogorov-Smirnov distance: the largest gap between the values' distribution function and this one.</summary>
    /// <param name="values">The values.</param>
    public double KolmogorovSmirnov(IReadOnlyCollection<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        double largest = 0, count = values.Count;
        int place = 0;
        foreach (double value in values.Order())
        {
            double expected = Cdf(value);
            largest = Math.Max(largest, Math.Max(expected - (place / count), ((place + 1) / count) - expected));
            place++;
        }

        return largest;
    }
}
