using System.ComponentModel.DataAnnotations;
using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>Options of <see cref="Pareto"/>, in the order of <c>params</c>.</summary>
public sealed record ParetoOptions : IValidatableObject
{
    /// <summary>Tail index; the heavier the tail the smaller. The seed's 2 by default.</summary>
    [Range(0.0, 1e3, MinimumIsExclusive = true)]
    public double Shape { get; init; } = 2;

    /// <summary>Smallest value.</summary>
    [Range(0.0, 1e12, MinimumIsExclusive = true)]
    public double Scale { get; init; } = 1;

    /// <summary>Largest value: draws come from the distribution given that it is not exceeded. Needed for a shape of 1 or less.</summary>
    [Range(0.0, 1e15, MinimumIsExclusive = true)]
    public double? Cap { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Shape <= 1 && Cap is null)
        {
            yield return new("a shape of 1 or less has no mean; set a cap", [nameof(Shape)]);
        }

        if (Cap <= Scale)
        {
            yield return new("the cap must exceed the scale", [nameof(Cap)]);
        }
    }
}

/// <summary>P(X &gt; x) = (scale/x)^shape for x ≥ scale, optionally truncated at a cap.</summary>
public sealed class Pareto(ParetoOptions options) : IDistribution
{
    /// <summary>Probability that an untruncated draw stays under the cap.</summary>
    private readonly double _kept = options.Cap is { } cap ? 1 - Math.Pow(options.Scale / cap, options.Shape) : 1;

    /// <inheritdoc/>
    public double Mean => (options.Shape, options.Cap) switch
    {
        ( <= 1, null) => double.PositiveInfinity,
        (1, { } cap) => options.Scale * Math.Log(cap / options.Scale) / _kept,
        (_, { } cap) => options.Shape * options.Scale / (options.Shape - 1)
            * (1 - Math.Pow(options.Scale / cap, options.Shape - 1)) / _kept,
        _ => options.Shape * options.Scale / (options.Shape - 1),
    };

    /// <inheritdoc/>
    public double Sample(ref RandomStream random) =>
        options.Scale * Math.Pow(1 - (random.NextOpenDouble() * _kept), -1 / options.Shape);
}
