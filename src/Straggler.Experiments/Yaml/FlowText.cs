namespace Straggler.Experiments.Yaml;

/// <summary>Writes a node on one line, as YAML that reads back to the same.</summary>
internal static class FlowText
{
    /// <summary>The text of a node.</summary>
    public static string Of(ConfigNode node) => node switch
    {
        ConfigScalar { Plain: true } scalar => scalar.Text,
        ConfigScalar scalar => $"'{scalar.Text.Replace("'", "''", StringComparison.Ordinal)}'",
        ConfigList list => $"[{string.Join(", ", list.Items.Select(Of))}]",
        ConfigMap map => $"{{{string.Join(", ", map.Entries.Select(entry => $"{YamlText.Quote(entry.Key)}: {Of(entry.Value)}"))}}}",
        _ => throw new ArgumentException("There is no other node.", nameof(node)),
    };
}
