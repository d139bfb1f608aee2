using System.ComponentModel.DataAnnotations;

namespace Straggler.Delays;

/// <summary>Options of <see cref="TwoClass"/>, in the order of <c>params</c>.</summary>
/// <remarks>The defaults are this project's, of the kind that experiments with stragglers use; no publication was found with just these.</remarks>
public sealed record TwoClassOptions : IValidatableObject
{
    /// <summary>Share of stragglers.</summary>
    [Range(0.0, 1.0)]
    public double SlowShare { get; init; } = 0.2;

    /// <summary>Least delay of a straggler.</summary>
    [Range(0.0, 1e15)]
    public double SlowLow { get; init; } = 0.8;

    /// <summary>Largest delay of a straggler.</summary>
    [Range(0.0, 1e15)]
    public double SlowHigh { get; init; } = 2;

    /// <summary>Least delay of the others.</summary>
    [Range(0.0, 1e15)]
    public double FastLow { get; init; }

    /// <summary>Largest delay of the others.</summary>
    [Range(0.0, 1e15)]
    public double FastHigh { get; init; } = 0.2;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SlowHigh < SlowLow)
        {
            yield return new("slow_high must not be below slow_low", [nameof(SlowHigh)]);
        }

        if (FastHigh < FastLow)
        {
            yield return new("fast_high must not be below fast_low", [nameof(FastHigh)]);
        }
    }
}

/// <summary>Stragglers and others: the class 0 is fast, the class 1 slow, each uniform on its own range.</summary>
public sealed class TwoClass(TwoClassOptions options) : ClassDistribution(
    [new Uniform(new() { Low = options.FastLow, High = options.FastHigh }), new Uniform(new() { Low = options.SlowLow, High = options.SlowHigh })],
    [1 - options.SlowShare, options.SlowShare]);
