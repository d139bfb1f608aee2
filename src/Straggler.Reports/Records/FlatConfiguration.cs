namespace Straggler.Reports.Records;

/// <summary>A run's config.yaml as keys with their whole path: <c>strategy.buffer_size</c>.</summary>
/// <remarks>Not a YAML reader: it understands what resolved configurations are written like, blocks of plain values and lists on one line.</remarks>
internal static class FlatConfiguration
{
    /// <summary>Reads it.</summary>
    /// <param name="yaml">The text.</param>
    /// <returns>
    /// Each value as it is written, by its path; items of a list of sections are numbered. Null is left out: it is what an option that an
    /// earlier version did not know yet comes to.
    /// </returns>
    public static SortedDictionary<string, string> Read(string yaml)
    {
        SortedDictionary<string, string> values = new(StringComparer.Ordinal);
        foreach ((string path, string value) in Values(yaml).Where(pair => pair.Value != "null"))
        {
            values[path] = value.Trim('"');
        }

        return values;
    }

    /// <summary>Each value as it is written, quotes and all, with its path, in the order of the text; keys without a value have none.</summary>
    /// <param name="yaml">The text.</param>
    public static IEnumerable<(string Path, string Value)> Values(string yaml)
    {
        Stack<(int Indent, string Key)> open = new();
        Dictionary<string, int> items = [];
        foreach (string line in yaml.Split('\n').Where(line => line.Trim() is not ("" or ['#', ..])))
        {
            int indent = line.Length - line.TrimStart().Length;
            string content = line.Trim();
            if (content.StartsWith("- ", StringComparison.Ordinal))
            {
                Close(open, indent + 1);
                string list = PathOf(open);
                items[list] = items.GetValueOrDefault(list, -1) + 1;
                open.Push((indent + 1, FormattableString.Invariant($"{items[list]}")));
                indent += 2;
                content = content[2..];
            }

            int colon = content.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                continue;
            }

            Close(open, indent);
            open.Push((indent, content[..colon].Trim('"')));
            string value = content[(colon + 1)..].Trim();
            if (value.Length > 0)
            {
                yield return (PathOf(open), value);
            }
        }
    }

    private static void Close(Stack<(int Indent, string Key)> open, int indent)
    {
        while (open.TryPeek(out (int Indent, string Key) last) && last.Indent >= indent)
        {
            open.Pop();
        }
    }

    private static string PathOf(Stack<(int Indent, string Key)> open) => string.Join('.', open.Reverse().Select(level => level.Key));
}
