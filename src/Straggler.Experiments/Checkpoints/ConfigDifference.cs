using System.Globalization;

namespace Straggler.Experiments;

/// <summary>Says in what two resolved configurations differ.</summary>
internal static class ConfigDifference
{
    /// <summary>Each key that differs, with both values.</summary>
    /// <param name="before">The text of the one config.yaml.</param>
    /// <param name="now">The text of the other.</param>
    /// <param name="counts">Which dotted keys are looked at; null for all.</param>
    public static string Describe(string before, string now, Func<string, bool>? counts = null)
    {
        Dictionary<string, string> old = Flatten(before), young = Flatten(now);
        return string.Join("; ", old.Keys.Union(young.Keys)
            .Where(key => (counts?.Invoke(key) ?? true) && old.GetValueOrDefault(key) != young.GetValueOrDefault(key))
            .Select(key => $"{key} was {old.GetValueOrDefault(key, "not there")}, is {young.GetValueOrDefault(key, "not there")}"));
    }

    /// <summary>
    /// The dotted keys of a text that <see cref="PlanWriter"/> wrote: a key a line, two blanks for each level; mappings in a list, the first key
    /// of each behind a dash, are numbered from 0.
    /// </summary>
    private static Dictionary<string, string> Flatten(string yaml)
    {
        Dictionary<string, string> values = [];
        List<string> sections = [];
        Dictionary<string, int> items = [];
        foreach (string line in yaml.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string content = line.TrimStart(' ');
            int level = (line.Length - content.Length) / 2;
            if (content.StartsWith("- ", StringComparison.Ordinal))
            {
                string list = sections[level].Split('[')[0], path = string.Join('.', sections.Take(level).Append(list));
                items[path] = items.GetValueOrDefault(path, -1) + 1;
                sections[level] = string.Create(CultureInfo.InvariantCulture, $"{list}[{items[path]}]");
                content = content[2..];
                level++;
            }

            int colon = content.IndexOf(':', StringComparison.Ordinal);
            sections.RemoveRange(level, sections.Count - level);
            sections.Add(content[..colon]);
            string value = content[(colon + 1)..].Trim();
            if (value.Length > 0)
            {
                values[string.Join('.', sections)] = value;
            }
        }

        return values;
    }
}
