using System.ComponentModel.DataAnnotations;
using MathNet.Numerics;
using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>Options of <see cref="Weibull"/>, in the order of <c>params</c>.</summary>
public sealed record WeibullOptions
{
    /// <summary>Shape k; below 1 the tail is heavier than the exponential's, above 1 lighter. 0.7 by default: stragglers.</summary>
    [Range(0.05, 1e3)]
    public double Shape { get; init; } = 0.7;

    /// <summary>Scale λ: 63 % of draws are smaller.</summary>
    [Range(0.0, 1e15, MinimumIsExclusive = true)]
    public double Scale { get; init; } = 1;
}

/// <summary>P(X &gt; x) = e^(−(x/λ)^k).</summary>
public sealed class Weibull(WeibullOptions options) : IDistribution
{
    /// <inheritdoc/>
    public double Mean => options.Scale * SpecialFunctions.Gamma(1 + (1 / options.Shape));

    /// <inheritdoc/>
    public double Sample(ref RandomStream random) =>
        options.Scale * Math.Pow(-Math.Log(1 - random.NextOpenDouble()), 1 / options.Shape);
}
