using System.ComponentModel.DataAnnotations;
using MathNet.Numerics.Distributions;
using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>Options of <see cref="TruncatedNormal"/>, in the order of <c>params</c>.</summary>
public sealed record TruncatedNormalOptions
{
    /// <summary>Mean μ of the normal before it is truncated.</summary>
    [Range(0.0, 1e15)]
    public double Mean { get; init; } = 1;

    /// <summary>Standard deviation σ of the normal before it is truncated.</summary>
    [Range(0.0, 1e15)]
    public double Sd { get; init; } = 0.25;
}

/// <summary>N(μ, σ²) given that it is not negative.</summary>
/// <remarks>Drawn by inversion of the upper tail, which keeps its precision far out; one uniform draw each.</remarks>
public sealed class TruncatedNormal(TruncatedNormalOptions options) : IDistribution
{
    /// <summary>Probability that the normal is not negative, Φ(μ/σ): at least one half.</summary>
    private readonly double _kept = options.Sd == 0 ? 1 : Normal.CDF(0, 1, options.Mean / options.Sd);

    /// <inheritdoc/>
    /// <remarks>μ + σ·φ(μ/σ)/Φ(μ/σ).</remarks>
    public double Mean => options.Sd == 0 ? options.Mean
        : options.Mean + (options.Sd * Normal.PDF(0, 1, options.Mean / options.Sd) / _kept);

    /// <inheritdoc/>
    public double Sample(ref RandomStream random) =>
        Math.Max(0, options.Mean - (options.Sd * Normal.InvCDF(0, 1, random.NextOpenDouble() * _kept)));
}
