using System.ComponentModel.DataAnnotations;
using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>Options of <see cref="Gamma"/>, in the order of <c>params</c>.</summary>
public sealed record GammaOptions
{
    /// <summary>Shape α; 1 is the exponential. 2 by default, a hump away from 0.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    public double Shape { get; init; } = 2;

    /// <summary>Scale θ; the mean is α·θ. One half by default, for a mean of 1.</summary>
    [Range(0.0, 1e15, MinimumIsExclusive = true)]
    public double Scale { get; init; } = 0.5;
}

/// <summary>Density x^(α−1)·e^(−x/θ)/(Γ(α)·θ^α): for a whole α, the sum of α exponential steps (NumPy's shape and scale).</summary>
public sealed class Gamma(GammaOptions options) : IDistribution
{
    /// <inheritdoc/>
    public double Mean => options.Shape * options.Scale;

    /// <inheritdoc/>
    public double Sample(ref RandomStream random) => options.Scale * Math.Exp(GammaSampler.SampleLog(options.Shape, ref random));
}
