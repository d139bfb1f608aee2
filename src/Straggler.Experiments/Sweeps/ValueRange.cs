using System.Globalization;
using System.Text.RegularExpressions;
using Straggler.Experiments.Yaml;

namespace Straggler.Experiments.Sweeps;

/// <summary>Values written short: <c>0..4</c>, <c>0..1..0.25</c>, <c>log(0.001, 0.1, 5)</c>, <c>linear(0, 1, 3)</c>.</summary>
/// <remarks>With quotes too, for YAML's lists in brackets end a plain value at its first comma.</remarks>
internal static partial class ValueRange
{
    /// <summary>More values than any sweep can mean.</summary>
    public const int MaxValues = 10_000;

    /// <summary>Spells a value out.</summary>
    /// <param name="node">The value as written.</param>
    /// <param name="faults">Receives what is wrong with a range.</param>
    /// <returns>The values of a range; the value itself if it is none.</returns>
    public static IReadOnlyList<ConfigNode> Expand(ConfigNode node, FaultList faults)
    {
        if (node is not ConfigScalar { Text: var text })
        {
            return [node];
        }

        Match steps = Steps().Match(text), spread = Spread().Match(text);
        decimal[]? values = steps.Success ? Range(steps) : spread.Success ? Spaced(spread) : null;
        if ((steps.Success || spread.Success) && values is null)
        {
            faults.Add(node.Place, $"\"{text}\" is no range: expected first..last or first..last..step that rises, or log(low, high, count) or linear(low, high, count) with low < high (log: above 0), all within {MaxValues} values");
        }

        return values is null ? [node] : [.. values.Select(value => new ConfigScalar(node.Place, Plain(value)))];
    }

    /// <summary>Splits a list of values at its commas, but not at those within brackets or quotes.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        List<string> parts = [];
        int depth = 0, start = 0;
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            char letter = text[i];
            quote = quote == letter ? '\0' : quote == '\0' && letter is '"' or '\'' ? letter : quote;
            depth += quote != '\0' ? 0 : letter is '[' or '{' or '(' ? 1 : letter is ']' or '}' or ')' ? -1 : 0;
            if (letter == ',' && depth == 0 && quote == '\0')
            {
                parts.Add(text[start..i].Trim());
                start = i + 1;
            }
        }

        parts.Add(text[start..].Trim());
        return parts;
    }

    /// <summary>A number that reads back as an integer where it is one.</summary>
    public static string Plain(decimal value) => (value / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads a number of a range.</summary>
    public static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value) ? value : null;

    private static decimal[]? Range(Match match)
    {
        decimal? first = Number(match.Groups[1].Value), last = Number(match.Groups[2].Value);
        decimal? step = match.Groups[3].Success ? Number(match.Groups[3].Value) : 1;
        return first is { } from && last is { } to && step is > 0 and { } by && to >= from && (to - from) / by < MaxValues
            ? [.. Enumerable.Range(0, (int)decimal.Floor((to - from) / by) + 1).Select(index => from + (index * by))]
            : null;
    }

    private static decimal[]? Spaced(Match match)
    {
        bool isLog = match.Groups[1].Value == "log";
        if (Number(match.Groups[2].Value) is not { } low || Number(match.Groups[3].Value) is not { } high
            || Number(match.Groups[4].Value) is not (>= 2 and <= MaxValues and { } count) || decimal.Floor(count) != count
            || low >= high || (isLog && low <= 0))
        {
            return null;
        }

        return [.. Enumerable.Range(0, (int)count).Select(index => At(low, high, index / (count - 1), isLog))];
    }

    /// <summary>The point of an interval at a fraction of it, to 12 significant digits, so that ends and round values are written as such.</summary>
    public static decimal At(decimal low, decimal high, decimal fraction, bool isLog)
    {
        double value = isLog
            ? (double)low * Math.Pow((double)high / (double)low, (double)fraction)
            : (double)(low + ((high - low) * fraction));
        return decimal.Parse(value.ToString("G12", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^\s*([-+]?[0-9.]+?)\.\.([-+]?[0-9.]+?)(?:\.\.([-+]?[0-9.]+))?\s*\z")]
    private static partial Regex Steps();

    [GeneratedRegex(@"^\s*(log|linear)\(\s*([^,()]+?)\s*,\s*([^,()]+?)\s*,\s*([^,()]+?)\s*\)\s*\z")]
    private static partial Regex Spread();
}
