using System.ComponentModel.DataAnnotations;

namespace Straggler.Staleness;

/// <summary>Options of <see cref="PolynomialWeight"/>.</summary>
public sealed record PolynomialWeightOptions
{
    /// <summary>The exponent a; the paper's 0.5 by default.</summary>
    [Range(0.0, 100.0)]
    public double A { get; init; } = 0.5;
}

/// <summary>s(τ) = (1 + τ)^−a.</summary>
/// <remarks>Source: Xie, Koyejo, Gupta, "Asynchronous federated optimization", 2019, arXiv 1903.03934, section 5.</remarks>
public sealed class PolynomialWeight(PolynomialWeightOptions options) : IStalenessWeight
{
    /// <inheritdoc/>
    public double Weight(long staleness) => Math.Pow(1.0 + staleness, -options.A);
}
