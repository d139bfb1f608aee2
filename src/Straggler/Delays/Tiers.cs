using System.ComponentModel.DataAnnotations;
using Straggler.Configuration;

namespace Straggler.Delays;

/// <summary>Options of <see cref="Tiers"/>, in the order of <c>params</c>.</summary>
/// <remarks>
/// The defaults are the mild delays of the code of FADAS (<c>g_delay_adaptive.py</c>); its large ones end with U(50, 80) instead of U(5, 8).
/// There each client's tier is the largest component of a symmetric Dirichlet draw, which makes equal shares on average.
/// </remarks>
public sealed record TiersOptions : IValidatableObject
{
    /// <summary>Least delay of each tier.</summary>
    [ElementRange(0, 1e15)]
    public IReadOnlyList<double> Low { get; init; } = [1, 3, 5];

    /// <summary>Largest delay of each tier.</summary>
    [ElementRange(0, 1e15)]
    public IReadOnlyList<double> High { get; init; } = [2, 5, 8];

    /// <summary>Share of each tier, in any unit; null for equal shares.</summary>
    [ElementRange(0, 1e15)]
    public IReadOnlyList<double>? Shares { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Low.Count == 0 || High.Count != Low.Count)
        {
            yield return new($"has {High.Count} values for {Low.Count} tiers. Expected one for each value of low, at least one", [nameof(High)]);
        }
        else if (High.Zip(Low).Any(tier => tier.First < tier.Second))
        {
            yield return new("has a value below that of low. Expected high >= low in every tier", [nameof(High)]);
        }

        if (Shares is not null && (Shares.Count != Low.Count || !(Shares.Sum() > 0)))
        {
            yield return new($"are {Shares.Count} values of sum {Shares.Sum():R} for {Low.Count} tiers. Expected one for each tier, not all 0",
                [nameof(Shares)]);
        }
    }
}

/// <summary>Several classes of clients, each with a range of delays, uniform within it.</summary>
/// <remarks>Source: Wang et al. 2024, FADAS, arXiv 2407.18365, where a client stays in its tier: <c>per: class</c>.</remarks>
public sealed class Tiers(TiersOptions options) : ClassDistribution(
    [.. options.Low.Zip(options.High, (low, high) => new Uniform(new() { Low = low, High = high }))],
    options.Shares ?? [.. options.Low.Select(_ => 1.0)]);
