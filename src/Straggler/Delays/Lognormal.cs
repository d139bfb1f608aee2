using System.ComponentModel.DataAnnotations;
using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>Options of <see cref="Lognormal"/>, in the order of <c>params</c>.</summary>
public sealed record LognormalOptions
{
    /// <summary>Mean of the logarithm.</summary>
    [Range(-100.0, 100.0)]
    public double Mu { get; init; }

    /// <summary>Standard deviation of the logarithm; the seed's 0.75 by default.</summary>
    [Range(0.0, 20.0)]
    public double Sigma { get; init; } = 0.75;
}

/// <summary>exp(μ + σ N(0,1)).</summary>
public sealed class Lognormal(LognormalOptions options) : IDistribution
{
    /// <inheritdoc/>
    public double Mean => Math.Exp(options.Mu + (options.Sigma * options.Sigma / 2));

    /// <inheritdoc/>
    public double Sample(ref RandomStream random) => Math.Exp(options.Mu + (options.Sigma * random.NextGaussian()));
}
