using System.ComponentModel.DataAnnotations;

namespace Straggler.Staleness;

/// <summary>Options of <see cref="ExponentialWeight"/>.</summary>
public sealed record ExponentialWeightOptions
{
    /// <summary>The decay rate λ per version; 0.1 as dynstale starts with.</summary>
    [Range(0.0, 1e6)]
    public double Lambda { get; init; } = 0.1;
}

/// <summary>s(τ) = e^{−λτ}.</summary>
/// <remarks>Source: the decay of the seed's dynamic-staleness strategy with its rate held fixed.</remarks>
public sealed class ExponentialWeight(ExponentialWeightOptions options) : IStalenessWeight
{
    /// <inheritdoc/>
    public double Weight(long staleness) => Math.Exp(-options.Lambda * staleness);
}
