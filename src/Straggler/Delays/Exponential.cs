using System.ComponentModel.DataAnnotations;
using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>Options of <see cref="Exponential"/>, in the order of <c>params</c>.</summary>
public sealed record ExponentialOptions
{
    /// <summary>Mean (NumPy's scale), 1/rate.</summary>
    [Range(0.0, 1e15, MinimumIsExclusive = true)]
    public double Mean { get; init; } = 1;
}

/// <summary>P(X &gt; x) = e^{−x/mean}.</summary>
public sealed class Exponential(ExponentialOptions options) : IDistribution
{
    /// <inheritdoc/>
    public double Mean => options.Mean;

    /// <inheritdoc/>
    public double Sample(ref RandomStream random) => -options.Mean * Math.Log(1 - random.NextOpenDouble());
}
