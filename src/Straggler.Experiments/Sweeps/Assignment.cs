using Straggler.Experiments.Yaml;

namespace Straggler.Experiments.Sweeps;

/// <summary>A configuration key and one of the values that a sweep gives it.</summary>
/// <param name="Key">The key, such as <c>strategy.buffer_size</c>.</param>
/// <param name="Value">The value as it was written.</param>
internal sealed record Assignment(string Key, ConfigNode Value)
{
    /// <summary>The value as text, on one line.</summary>
    public string Text => FlowText.Of(Value);

    /// <summary>What a trial's name and a condition call the value: a component's name without its options.</summary>
    public string Word => Value is ConfigMap map && map["name"] is ConfigScalar name ? name.Text : Text;

    /// <summary>The override that it stands for.</summary>
    public ConfigMap ToOverride() => Override.Nest(Key.Split('.'), Value, Value.Place);
}
