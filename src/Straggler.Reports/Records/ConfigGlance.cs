namespace Straggler.Reports.Records;

/// <summary>Looks up single values in a run's config.yaml, for the report's sentences.</summary>
/// <remarks>
/// Not a YAML reader: it understands block mappings of plain values, as the resolved configuration is written. What it does not
/// understand it does not find, and the sentence leaves it out.
/// </remarks>
internal static class ConfigGlance
{
    /// <summary>A value by its path.</summary>
    /// <param name="yaml">The configuration's text; null for none.</param>
    /// <param name="path">The keys from the top, such as "model", "name".</param>
    /// <returns>The value without quotes, or null.</returns>
    public static string? Find(string? yaml, params ReadOnlySpan<string> path)
    {
        int depth = 0;
        int[] indents = new int[path.Length];
        foreach (string line in (yaml ?? "").Split('\n'))
        {
            string content = line.Trim();
            int indent = line.Length - line.TrimStart().Length;
            if (content.Length == 0 || content[0] == '#')
            {
                continue;
            }

            if (depth > 0 && indent <= indents[depth - 1])
            {
                return null;
            }

            bool belongs = depth == 0 ? indent == 0 : IsChild(indents, depth, indent);
            if (!belongs || !content.StartsWith(path[depth] + ":", StringComparison.Ordinal))
            {
                continue;
            }

            string value = content[(path[depth].Length + 1)..].Trim();
            if (depth == path.Length - 1)
            {
                return Plain(value);
            }

            if (value.Length > 0)
            {
                return null;
            }

            indents[depth++] = indent;
        }

        return null;
    }

    /// <summary>Children stand at one depth; the first line after the parent sets it.</summary>
    private static bool IsChild(int[] indents, int depth, int indent)
    {
        if (indents[depth] == 0)
        {
            indents[depth] = indent;
        }

        return indent == indents[depth];
    }

    private static string? Plain(string value) => value switch
    {
        ['"', .. var inner, '"'] when !inner.Contains('\\', StringComparison.Ordinal) => inner,
        ['\'', .. var inner, '\''] => inner,
        [] or ['"' or '\'' or '{' or '[' or '|' or '>' or '&' or '*', ..] or "null" => null,
        _ => value.Split(" #")[0].TrimEnd(),
    };
}
