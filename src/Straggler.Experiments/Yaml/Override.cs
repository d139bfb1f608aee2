namespace Straggler.Experiments.Yaml;

/// <summary>Reads the command line's <c>key.path=value</c> arguments; values are YAML.</summary>
internal static class Override
{
    /// <summary>Reads arguments; those that are wrong are left out.</summary>
    public static IReadOnlyList<ConfigMap> ReadAll(IReadOnlyList<string> arguments, FaultList faults) =>
        [.. arguments.Select(argument => Read(argument, faults)).OfType<ConfigMap>()];

    /// <summary>Reads one argument.</summary>
    /// <returns>The mapping that the argument stands for, or null where it is wrong.</returns>
    public static ConfigMap? Read(string argument, FaultList faults)
    {
        ConfigPlace place = new(ConfigPlace.CommandLine, Argument: argument);
        int equals = argument.IndexOf('=', StringComparison.Ordinal);
        string[] keys = equals < 0 ? [] : argument[..equals].Trim().Split('.');
        if (keys.Length == 0 || keys.Any(string.IsNullOrWhiteSpace))
        {
            faults.Add(new(place, "the argument is not an override") { Expected = "Expected key=value, such as rounds=500 or strategy.buffer_size=8" });
            return null;
        }

        int faultsBefore = faults.Count;
        ConfigNode? value = YamlReader.Read(argument[(equals + 1)..], _ => place, faults);
        return faults.Count > faultsBefore ? null : Nest(keys, value ?? new ConfigScalar(place, ""), place);
    }

    /// <summary>The mapping that gives a value to the last of the keys, each within the one before.</summary>
    public static ConfigMap Nest(string[] keys, ConfigNode value, ConfigPlace place)
    {
        foreach (string key in keys.Reverse())
        {
            value = new ConfigMap(place, [new(key, place, value)]);
        }

        return (ConfigMap)value;
    }
}
