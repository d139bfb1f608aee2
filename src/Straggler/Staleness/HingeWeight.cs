using System.ComponentModel.DataAnnotations;

namespace Straggler.Staleness;

/// <summary>Options of <see cref="HingeWeight"/>.</summary>
public sealed record HingeWeightOptions
{
    /// <summary>The slope a beyond the knee; the paper's 10 by default.</summary>
    [Range(0.0, 1e6)]
    public double A { get; init; } = 10;

    /// <summary>The knee b, in versions; the paper's 4 by default.</summary>
    [Range(0.0, 1e9)]
    public double B { get; init; } = 4;
}

/// <summary>s(τ) = 1 for τ ≤ b, else 1/(a(τ − b) + 1).</summary>
/// <remarks>Source: Xie, Koyejo, Gupta, "Asynchronous federated optimization", 2019, arXiv 1903.03934, section 5.</remarks>
public sealed class HingeWeight(HingeWeightOptions options) : IStalenessWeight
{
    /// <inheritdoc/>
    public double Weight(long staleness) => staleness <= options.B ? 1 : 1 / ((options.A * (staleness - options.B)) + 1);
}
