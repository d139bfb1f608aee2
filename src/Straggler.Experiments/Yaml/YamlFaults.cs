using YamlDotNet.Core;

namespace Straggler.Experiments.Yaml;

/// <summary>Says in plain words what is wrong with a YAML text.</summary>
internal static class YamlFaults
{
    /// <summary>Explains a parser's complaint.</summary>
    public static string Explain(YamlException exception, string text)
    {
        string[] lines = text.Split('\n');
        int index = (int)exception.Start.Line - 1;
        string line = index >= 0 && index < lines.Length ? lines[index] : "";
        if (line[..(line.Length - line.TrimStart().Length)].Contains('\t', StringComparison.Ordinal))
        {
            return "the line is indented with a tab; YAML allows spaces only";
        }

        return "the YAML is not well formed: " + Sentence(exception.Message);
    }

    private static string Sentence(string message)
    {
        string trimmed = message.Trim().TrimEnd('.');
        return trimmed.Length == 0 ? "it cannot be read" : char.ToLowerInvariant(trimmed[0]) + trimmed[1..];
    }
}
