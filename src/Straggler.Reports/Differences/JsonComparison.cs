using System.Collections.Immutable;
using System.Text.Json;

namespace Straggler.Reports.Differences;

/// <summary>Finds the values in which two JSON files differ.</summary>
/// <param name="ignored">Paths of values, or of objects with all that is in them, that may differ.</param>
/// <param name="options">How to compare.</param>
internal sealed class JsonComparison(IReadOnlyList<string> ignored, DifferenceOptions options)
{
    private readonly ValueComparison _values = new(options.Tolerance);

    /// <summary>The values that differ, in the order of the files.</summary>
    public IEnumerable<ValueDifference> Compare(JsonElement left, JsonElement right) => Compare("", left, right);

    private IEnumerable<ValueDifference> Compare(string path, JsonElement? left, JsonElement? right)
    {
        if (ignored.Contains(path))
        {
            return [];
        }

        return (left?.ValueKind, right?.ValueKind) switch
        {
            (JsonValueKind.Object, JsonValueKind.Object) => Members(path, left!.Value, right!.Value),
            (JsonValueKind.Array, JsonValueKind.Array) => Items(path, left!.Value, right!.Value),
            _ => Leaf(path, Text(left), Text(right)),
        };
    }

    private IEnumerable<ValueDifference> Members(string path, JsonElement left, JsonElement right)
    {
        Dictionary<string, JsonElement> others = right.EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
        HashSet<string> seen = [];
        foreach (JsonProperty member in left.EnumerateObject())
        {
            seen.Add(member.Name);
            JsonElement? other = others.TryGetValue(member.Name, out JsonElement found) ? found : null;
            foreach (ValueDifference difference in Compare(Join(path, member.Name), member.Value, other))
            {
                yield return difference;
            }
        }

        foreach ((string name, JsonElement value) in others.Where(other => !seen.Contains(other.Key)))
        {
            foreach (ValueDifference difference in Compare(Join(path, name), null, value))
            {
                yield return difference;
            }
        }
    }

    private IEnumerable<ValueDifference> Items(string path, JsonElement left, JsonElement right)
    {
        ImmutableArray<JsonElement> ours = [.. left.EnumerateArray()], theirs = [.. right.EnumerateArray()];
        for (int item = 0; item < Math.Max(ours.Length, theirs.Length); item++)
        {
            foreach (ValueDifference difference in Compare(
                FormattableString.Invariant($"{path}[{item}]"), item < ours.Length ? ours[item] : null, item < theirs.Length ? theirs[item] : null))
            {
                yield return difference;
            }
        }
    }

    private ValueDifference[] Leaf(string path, string? left, string? right) =>
        left == right || (left is not null && right is not null && _values.AreSame(left, right)) ? [] : [new(path, left, right)];

    /// <summary>A null says that a number does not exist, as does a value that an earlier version did not write.</summary>
    private static string? Text(JsonElement? value) => value switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } => value.Value.GetString(),
        _ => value.Value.GetRawText(),
    };

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
