namespace Straggler.Experiments.Yaml;

/// <summary>A value as it was written, with its place. Our own small tree, so that nothing outside this folder knows a YAML library.</summary>
internal abstract class ConfigNode(ConfigPlace place)
{
    /// <summary>Where the value begins.</summary>
    public ConfigPlace Place { get; } = place;

    /// <summary>Whether this is YAML's null: nothing, <c>~</c> or <c>null</c>.</summary>
    public bool IsNull => this is ConfigScalar { Plain: true, Text: "" or "~" or "null" or "Null" or "NULL" };
}

/// <summary>A single value.</summary>
/// <param name="place">Where it begins.</param>
/// <param name="text">The text, unquoted.</param>
/// <param name="plain">Whether it was written without quotes, so that it may be a number or a truth value.</param>
internal sealed class ConfigScalar(ConfigPlace place, string text, bool plain = true) : ConfigNode(place)
{
    public string Text { get; } = text;

    public bool Plain { get; } = plain;
}

/// <summary>A list of values.</summary>
internal sealed class ConfigList(ConfigPlace place, IReadOnlyList<ConfigNode> items) : ConfigNode(place)
{
    public IReadOnlyList<ConfigNode> Items { get; } = items;
}

/// <summary>A mapping from keys to values, without duplicates.</summary>
internal sealed class ConfigMap(ConfigPlace place, IReadOnlyList<ConfigEntry> entries) : ConfigNode(place)
{
    public IReadOnlyList<ConfigEntry> Entries { get; } = entries;

    public ConfigNode? this[string key] => Entries.FirstOrDefault(entry => entry.Key == key)?.Value;
}

/// <summary>A key of a mapping and its value.</summary>
/// <param name="Key">The key.</param>
/// <param name="KeyPlace">Where the key stands.</param>
/// <param name="Value">The value.</param>
/// <param name="Path">The configuration path that messages name, where it is not the section's path and the key.</param>
internal sealed record ConfigEntry(string Key, ConfigPlace KeyPlace, ConfigNode Value, string? Path = null);
