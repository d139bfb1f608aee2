using System.ComponentModel.DataAnnotations;
using Straggler.Configuration;

namespace Straggler.Delays;

/// <summary>One part of a <see cref="Mixture"/>.</summary>
public sealed record MixtureComponentOptions
{
    /// <summary>Its share, in any unit.</summary>
    [Range(0.0, 1e15)]
    public double Weight { get; init; } = 1;

    /// <summary>Its distribution.</summary>
    [PositionalParameters("params")]
    public Choice<IDistribution> Dist { get; init; } = BuiltIns.Distributions.Choose("lognormal");
}

/// <summary>Options of <see cref="Mixture"/>.</summary>
public sealed record MixtureOptions : IValidatableObject
{
    /// <summary>The parts; one lognormal by default.</summary>
    public IReadOnlyList<MixtureComponentOptions> Components { get; init; } = [new()];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!(Components.Sum(component => component.Weight) > 0))
        {
            yield return new("has nothing to draw from. Expected at least one component with a weight > 0", [nameof(Components)]);
        }
    }
}

/// <summary>Draws from one of several distributions, picked by weight: Σ w_k·F_k(x)/Σ w_k.</summary>
public sealed class Mixture(MixtureOptions options) : ClassDistribution(
    [.. options.Components.Select(component => component.Dist.Create())], [.. options.Components.Select(component => component.Weight)]);
