using YamlDotNet.Core;

namespace Straggler.Experiments.Yaml;

/// <summary>Says in plain words what is wrong with a YAML text.</summary>
internal static class YamlFaults
{
    /// <summary>Explains a parser's complaint.</summary>
    /// <param name="exception">The complaint.</param>
    /// <param name="text">The whole text.</param>
    /// <param name="placeAt">Turns the parser's marks into places.</param>
    public static ConfigFault Explain(YamlException exception, string text, Func<Mark, ConfigPlace> placeAt)
    {
        // A tab puzzles the parser some way before or after the line that it stands in.
        int line = Array.FindIndex(text.Split('\n'), line => line[..(line.Length - line.TrimStart().Length)].TrimEnd('\r').Contains('\t', StringComparison.Ordinal)
            && line.Trim().Length > 0);
        return line >= 0
            ? new(placeAt(new Mark(0, line + 1, 1)), "the line is indented with a tab; YAML allows spaces only")
            : new(placeAt(exception.Start), "the YAML is not well formed: " + Sentence(exception.Message));
    }

    private static string Sentence(string message)
    {
        string trimmed = message.Trim().TrimEnd('.');
        return trimmed.Length == 0 ? "it cannot be read" : char.ToLowerInvariant(trimmed[0]) + trimmed[1..];
    }
}
