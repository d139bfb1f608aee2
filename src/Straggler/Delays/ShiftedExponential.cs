using System.ComponentModel.DataAnnotations;
using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>Options of <see cref="ShiftedExponential"/>, in the order of <c>params</c>.</summary>
public sealed record ShiftedExponentialOptions
{
    /// <summary>Least value a.</summary>
    [Range(0.0, 1e15)]
    public double Shift { get; init; } = 1;

    /// <summary>Mean 1/μ of what comes on top.</summary>
    [Range(0.0, 1e15, MinimumIsExclusive = true)]
    public double Mean { get; init; } = 1;
}

/// <summary>a + Exp(μ): a least time and a memoryless excess.</summary>
/// <remarks>
/// With <c>proportional: true</c> a task of n samples and E epochs takes a·n·E + Exp(μ/(n·E)), since the excess stretches with the work.
/// Source: Reisizadeh et al. 2019, "Coded computation over heterogeneous clusters", arXiv 1701.05973.
/// </remarks>
public sealed class ShiftedExponential(ShiftedExponentialOptions options) : IDistribution
{
    /// <inheritdoc/>
    public double Mean => options.Shift + options.Mean;

    /// <inheritdoc/>
    public double Sample(ref RandomStream random) => options.Shift - (options.Mean * Math.Log(1 - random.NextOpenDouble()));
}
