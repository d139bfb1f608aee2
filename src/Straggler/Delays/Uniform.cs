using System.ComponentModel.DataAnnotations;
using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>Options of <see cref="Uniform"/>, in the order of <c>params</c>.</summary>
public sealed record UniformOptions : IValidatableObject
{
    /// <summary>Lower end.</summary>
    [Range(0.0, 1e15)]
    public double Low { get; init; } = 0.5;

    /// <summary>Upper end.</summary>
    [Range(0.0, 1e15)]
    public double High { get; init; } = 1.5;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (High < Low)
        {
            yield return new("high must not be below low", [nameof(High)]);
        }
    }
}

/// <summary>Any value between two ends alike.</summary>
public sealed class Uniform(UniformOptions options) : IDistribution
{
    /// <inheritdoc/>
    public double Mean => (options.Low + options.High) / 2;

    /// <inheritdoc/>
    public double Sample(ref RandomStream random) => options.Low + ((options.High - options.Low) * random.NextDouble());
}
