using System.ComponentModel.DataAnnotations;
using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>Options of <see cref="Zipf"/>, in the order of <c>params</c>.</summary>
/// <remarks>
/// The exponent 1.2 and the bound of 60 are those of the framework Plato (its examples polaris and asyncfilter, and its default of
/// <c>max_sleep_time</c>). There what is longer counts as 60; here it does not occur.
/// </remarks>
public sealed record ZipfOptions
{
    /// <summary>Exponent s: the smaller, the heavier the tail; 0 makes all multiples equally likely.</summary>
    [Range(0.0, 100.0)]
    public double Exponent { get; init; } = 1.2;

    /// <summary>Largest multiple K. Without a bound the mean would be infinite for an exponent of 2 or less.</summary>
    [Range(1, 1_000_000)]
    public int Max { get; init; } = 60;

    /// <summary>The unit: values are 1, 2, ..., K times this.</summary>
    [Range(0.0, 1e12, MinimumIsExclusive = true)]
    public double Scale { get; init; } = 1;
}

/// <summary>P(X = k·scale) ∝ k^(−s) for k = 1..K: most clients fast, a few very slow.</summary>
public sealed class Zipf : IDistribution
{
    private readonly ZipfOptions _options;
    private readonly Shares _shares;

    /// <summary>Tabulates the probabilities.</summary>
    public Zipf(ZipfOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        double[] weights = [.. Enumerable.Range(1, options.Max).Select(k => Math.Pow(k, -options.Exponent))];
        _shares = new(weights);
        Mean = options.Scale * weights.Select((weight, i) => weight * (i + 1)).Sum() / weights.Sum();
    }

    /// <inheritdoc/>
    public double Mean { get; }

    /// <inheritdoc/>
    public double Sample(ref RandomStream random) => _options.Scale * (_shares.Pick(ref random) + 1);
}
