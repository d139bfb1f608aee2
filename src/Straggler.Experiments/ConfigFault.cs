using System.Text;

namespace Straggler.Experiments;

/// <summary>One thing that is wrong with a configuration.</summary>
/// <param name="Place">Where it was written.</param>
/// <param name="Problem">What is wrong, as the part of a sentence that follows the value: <c>is out of range</c>.</param>
public sealed record ConfigFault(ConfigPlace Place, string Problem)
{
    private const int LongestPath = 120;

    /// <summary>The configuration path, such as <c>strategy.buffer_size</c>; empty for a fault of the file itself.</summary>
    public string Path { get; init; } = "";

    /// <summary>The offending value as messages show it; null where the key is the fault.</summary>
    public string? Value { get; init; }

    /// <summary>What would be right: <c>Expected an integer >= 1</c>; null where the problem says it.</summary>
    public string? Expected { get; init; }

    /// <summary>The name that was probably meant; null where none is near.</summary>
    public string? Suggestion { get; init; }

    /// <summary>The whole message, on one line that is safe to print: control characters become blanks.</summary>
    public override string ToString()
    {
        StringBuilder message = new();
        message.Append(Place).Append(": ");
        if (Path.Length > 0)
        {
            message.Append(Path.Length <= LongestPath ? Path : Path[..LongestPath] + "...").Append(": ");
        }

        message.Append(Value is null ? "" : Value + " ").Append(Problem).Append('.');
        if (Expected is not null)
        {
            message.Append(' ').Append(Expected).Append('.');
        }

        if (Suggestion is not null)
        {
            message.Append(" Did you mean \"").Append(Suggestion).Append("\"?");
        }

        return OnOneLine(message.ToString());
    }

    private static string OnOneLine(string text) => string.Create(text.Length, text, static (line, text) =>
    {
        for (int i = 0; i < text.Length; i++)
        {
            line[i] = char.IsControl(text[i]) || text[i] is '\u2028' or '\u2029' ? ' ' : text[i];
        }
    });
}
