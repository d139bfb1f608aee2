using System.Globalization;

namespace Straggler.Reports.Comparison;

/// <summary>In what order the values of a setting stand, and how they are told.</summary>
internal static class SettingOrder
{
    /// <summary>Places for values: numbers by value, words as they come; what is missing stands before numbers.</summary>
    /// <param name="values">All values, in the order in which they were met.</param>
    /// <returns>The place of each of them.</returns>
    public static Func<string?, double> Of(IEnumerable<string?> values)
    {
        string?[] distinct = [.. values.Distinct()];
        return distinct.All(value => value is null || Number(value) is not null)
            ? value => value is null ? double.NegativeInfinity : Number(value)!.Value
            : value => Array.IndexOf(distinct, value);
    }

    /// <summary>A value as people write it: 10 for the 10.0 of a resolved configuration.</summary>
    /// <param name="value">The value as the configuration has it.</param>
    public static string Plain(string value) =>
        value.EndsWith(".0", StringComparison.Ordinal) && Number(value) is not null ? value[..^2] : value;

    private static double? Number(string value) => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
}
