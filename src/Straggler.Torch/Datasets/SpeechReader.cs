using System.Text;

namespace Straggler.Torch.Datasets;

/// <summary>All that one role speaks.</summary>
/// <param name="Name">The role.</param>
/// <param name="Text">Its speeches in the order of the file; every line ends with a newline.</param>
internal sealed record Role(string Name, string Text);

/// <summary>Reads plays in which each speech is a line <c>NAME:</c>, then its text, then a blank line.</summary>
/// <remarks>
/// A line is a name only at the start of the file or after a blank line. Speeches without text and more blank lines than one are fine. The
/// file does not say where one play ends and the next begins, so a name that occurs in several plays is one role.
/// </remarks>
internal static class SpeechReader
{
    /// <summary>The roles that have some text, in the order in which they first speak.</summary>
    /// <param name="text">The plays.</param>
    public static IReadOnlyList<Role> Read(string text)
    {
        Dictionary<string, StringBuilder> roles = [];
        List<string> order = [];
        StringBuilder? speech = null;
        bool mayBeName = true;
        foreach (ReadOnlySpan<char> raw in text.EnumerateLines())
        {
            ReadOnlySpan<char> line = raw.TrimEnd();
            if (line.IsEmpty)
            {
                mayBeName = true;
                continue;
            }

            if (mayBeName && line.Length > 1 && line[^1] == ':')
            {
                speech = SpeechOf(line[..^1].ToString());
            }
            else
            {
                speech?.Append(line).Append('\n');
            }

            mayBeName = false;
        }

        return [.. order.Select(name => new Role(name, roles[name].ToString())).Where(role => role.Text.Length > 0)];

        StringBuilder SpeechOf(string name)
        {
            if (!roles.TryGetValue(name, out StringBuilder? spoken))
            {
                roles[name] = spoken = new();
                order.Add(name);
            }

            return spoken;
        }
    }
}
