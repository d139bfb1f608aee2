using System.ComponentModel.DataAnnotations;

namespace Straggler.Configuration;

/// <summary>Bounds each element of a list of numbers.</summary>
/// <param name="minimum">Smallest allowed element.</param>
/// <param name="maximum">Largest allowed element.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ElementRangeAttribute(double minimum, double maximum) : ValidationAttribute
{
    /// <summary>Smallest allowed element.</summary>
    public double Minimum { get; } = minimum;

    /// <summary>Largest allowed element.</summary>
    public double Maximum { get; } = maximum;

    /// <inheritdoc/>
    public override bool IsValid(object? value) =>
        value is null || (value is IEnumerable<double> numbers && numbers.All(number => number >= Minimum && number <= Maximum));
}
