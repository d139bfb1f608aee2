using System.Text;

namespace Straggler.Tables;

/// <summary>One field of a line of CSV.</summary>
/// <param name="Text">What it says, without quotes.</param>
/// <param name="Column">Where it begins: a character of the line, from 1.</param>
internal readonly record struct CsvField(string Text, int Column)
{
    /// <summary>Splits a line at its commas; a quoted field may hold commas, and two quotes for one.</summary>
    /// <returns>The fields, or null where a quote is not closed.</returns>
    public static CsvField[]? Split(string line)
    {
        if (!line.Contains('"', StringComparison.Ordinal))
        {
            return SplitAtCommas(line);
        }

        List<CsvField> fields = [];
        StringBuilder text = new();
        int start = 0;
        bool quoted = false;
        for (int at = 0; at < line.Length; at++)
        {
            char letter = line[at];
            if (letter == '"' && quoted && at + 1 < line.Length && line[at + 1] == '"')
            {
                text.Append(line[++at]);
            }
            else if (letter == '"')
            {
                quoted = !quoted;
            }
            else if (letter == ',' && !quoted)
            {
                fields.Add(new(text.ToString(), start + 1));
                text.Clear();
                start = at + 1;
            }
            else
            {
                text.Append(letter);
            }
        }

        fields.Add(new(text.ToString(), start + 1));
        return quoted ? null : [.. fields];
    }

    private static CsvField[] SplitAtCommas(string line)
    {
        string[] texts = line.Split(',');
        CsvField[] fields = new CsvField[texts.Length];
        int start = 1;
        for (int i = 0; i < texts.Length; i++)
        {
            fields[i] = new(texts[i], start);
            start += texts[i].Length + 1;
        }

        return fields;
    }
}
