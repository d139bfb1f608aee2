using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Straggler.Configuration;
using Straggler.Experiments.Yaml;

namespace Straggler.Experiments.Binding;

/// <summary>Says what an option takes and how a wrong value looks.</summary>
internal static class Expectations
{
    /// <summary>A value as messages show it.</summary>
    public static string Show(ConfigNode node) => node switch
    {
        ConfigList => "a list",
        ConfigMap => "a mapping",
        { IsNull: true } => "null",
        ConfigScalar { Plain: true } scalar when LooksLikeNumber(scalar.Text) => Shorten(scalar.Text),
        ConfigScalar scalar => $"\"{Shorten(scalar.Text)}\"",
        _ => "the value",
    };

    /// <summary>What an option takes, as a whole sentence without its full stop.</summary>
    public static string Of(OptionSchema option)
    {
        if (ListTypes.ElementOf(option.Type) is { } element)
        {
            ElementRangeAttribute? bounds = option.Property.GetCustomAttribute<ElementRangeAttribute>();
            string plural = ScalarTypes.IsInteger(element) ? "integers" : element == typeof(double) ? "numbers" : "words";
            return $"Expected a list of {plural}" + (bounds is null ? "" : $" from {Number(bounds.Minimum)} to {Number(bounds.Maximum)}");
        }

        string orNull = option.IsNullable ? ", or null" : "";
        if (option.Property.IsDefined(typeof(InputFileAttribute)))
        {
            return "Expected a file beside the configuration or in the folder of STRAGGLER_DATA, or a full path" + orNull;
        }

        return option.Type.IsEnum
            ? "Allowed: " + string.Join(", ", ScalarTypes.Words(option.Type)) + orNull
            : "Expected " + Kind(option.Type) + Bounds(option) + orNull;
    }

    /// <summary>The fault of a value where a section should be.</summary>
    public static ConfigFault NotASection(Given given, bool nameAllowed) => new(given.Value.Place, "is not what belongs here")
    {
        Path = given.Path,
        Value = Show(given.Value),
        Expected = nameAllowed ? "Expected a name, or a mapping with a name and options" : "Expected a mapping of options",
    };

    /// <summary>Whether a number lies in a range.</summary>
    public static bool InRange(RangeAttribute range, object value)
    {
        double number = Double(value);
        double least = Double(range.Minimum);
        double most = Double(range.Maximum);
        return (range.MinimumIsExclusive ? number > least : number >= least) && (range.MaximumIsExclusive ? number < most : number <= most);
    }

    private static string Kind(Type type) =>
        type == typeof(string) ? "text" : type == typeof(bool) ? "true or false" : ScalarTypes.IsInteger(type) ? "an integer" : "a number";

    private static string Bounds(OptionSchema option)
    {
        if (option.Property.GetCustomAttribute<RangeAttribute>() is not { } range)
        {
            return option.Type == typeof(ulong) ? " from 0 to 18446744073709551615" : "";
        }

        double most = Double(range.Maximum);
        string lower = (range.MinimumIsExclusive ? " > " : " >= ") + Number(Double(range.Minimum));

        // The largest value of a type is no bound that anyone needs to hear of.
        return most is int.MaxValue or long.MaxValue ? lower : lower + (range.MaximumIsExclusive ? " and < " : " and <= ") + Number(most);
    }

    private static double Double(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static bool LooksLikeNumber(string text) => char.IsAsciiDigit(text.TrimStart('-', '+', '.').FirstOrDefault());

    private static string Shorten(string text)
    {
        string line = text.Replace("\r", "", StringComparison.Ordinal).Replace('\n', ' ');
        return line.Length <= 60 ? line : line[..57] + "...";
    }
}
