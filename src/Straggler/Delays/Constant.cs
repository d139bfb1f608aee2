using System.ComponentModel.DataAnnotations;
using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>Options of <see cref="Constant"/>, in the order of <c>params</c>.</summary>
public sealed record ConstantOptions
{
    /// <summary>The value.</summary>
    [Range(0.0, 1e15, MinimumIsExclusive = true)]
    public double Value { get; init; } = 1;
}

/// <summary>Always the same value.</summary>
public sealed class Constant(ConstantOptions options) : IDistribution
{
    /// <inheritdoc/>
    public double Mean => options.Value;

    /// <inheritdoc/>
    public double Sample(ref RandomStream random) => options.Value;
}
