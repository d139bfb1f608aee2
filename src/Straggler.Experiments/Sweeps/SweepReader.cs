using System.Collections.Immutable;
using Straggler.Experiments.Yaml;

namespace Straggler.Experiments.Sweeps;

/// <summary>Reads sweeps: a YAML file, and arguments such as <c>alpha=0.1,1,10</c>, which are further axes.</summary>
internal sealed class SweepReader(PlanLoader loader, FaultList faults)
{
    /// <summary>Keys that no single experiment has.</summary>
    public static readonly ImmutableArray<string> TellingKeys = ["base", "set", "grid", "zip", "when", "random", "halving"];

    /// <summary>Reads a sweep.</summary>
    /// <param name="file">The sweep's file; null for the arguments alone.</param>
    /// <param name="arguments">Arguments; one with several values is an axis, one with a single value holds for all trials.</param>
    public SweepDefinition Read(string? file, IReadOnlyList<string> arguments)
    {
        SweepDefinition sweep = file is not null && ConfigFile.Read(file, faults) is { } root ? Read(root, file) : new();
        foreach (string argument in arguments)
        {
            ImmutableArray<Assignment> values = ReadArgument(argument);
            sweep = values.Length == 1
                ? sweep with { Fixed = sweep.Fixed.AddRange(values), Axes = [.. sweep.Axes.Where(axis => !Speaks(axis, values[0].Key))] }
                : values.Length > 1 ? sweep with { Axes = [.. sweep.Axes.Where(axis => !Speaks(axis, values[0].Key)), AxisOf(values)] } : sweep;
        }

        return sweep;
    }

    private static bool Speaks(Axis axis, string key) => axis.Points.All(point => point is [var only] && only.Key == key);

    private static Axis AxisOf(IEnumerable<Assignment> values) => new([.. values.Select(value => ImmutableArray.Create(value))]);

    private ImmutableArray<Assignment> ReadArgument(string argument)
    {
        ConfigPlace place = new(ConfigPlace.CommandLine, Argument: argument);
        int equals = argument.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0 || argument[..equals].Split('.').Any(string.IsNullOrWhiteSpace))
        {
            faults.Add(new(place, "the argument gives no values to a key") { Expected = "Expected key=value or key=value,value, such as seed=0..4" });
            return [];
        }

        string key = argument[..equals].Trim();
        return [.. ValueRange.Split(argument[(equals + 1)..])
            .Select(text => YamlReader.Read(text, _ => place, faults) ?? new ConfigScalar(place, ""))
            .SelectMany(node => ValueRange.Expand(node, faults))
            .Select(node => new Assignment(key, node))];
    }

    private SweepDefinition Read(ConfigMap root, string file)
    {
        SweepDefinition sweep = new();
        foreach (ConfigEntry entry in root.Entries)
        {
            sweep = entry.Key switch
            {
                "base" => sweep with { Base = BaseOf(entry, file) },
                "set" => sweep with { Fixed = [.. Map(entry).Entries.Select(given => new Assignment(given.Key, given.Value))] },
                "grid" => sweep with { Axes = [.. sweep.Axes, .. Grid(entry)] },
                "zip" => sweep with { Axes = [.. sweep.Axes, .. Items(entry.Value).Select(Zip).OfType<Axis>()] },
                "when" => sweep with { Conditional = [.. Items(entry.Value).Select(When)] },
                "halving" => sweep with { Halving = loader.BindAlone<HalvingOptions>(entry, faults), HalvingPlace = entry.KeyPlace },
                "random" => sweep with { Random = new SpaceReader(faults).Read(Map(entry), entry.KeyPlace) },
                _ => Unknown(sweep, entry),
            };
        }

        return sweep;
    }

    private string? BaseOf(ConfigEntry entry, string file)
    {
        if (entry.Value is ConfigScalar { IsNull: false } name)
        {
            return Path.Combine(Path.GetDirectoryName(file) ?? "", name.Text);
        }

        if (!entry.Value.IsNull)
        {
            faults.Add(new(entry.Value.Place, "is not a file") { Path = entry.Key, Expected = "Expected a configuration's file, relative to this one, or null" });
        }

        return null;
    }

    private IEnumerable<Axis> Grid(ConfigEntry entry) => Map(entry).Entries.Select(axis => AxisOf(Values(axis)));

    private IEnumerable<Assignment> Values(ConfigEntry entry)
    {
        IEnumerable<ConfigNode> nodes = entry.Value is ConfigList list ? list.Items
            : entry.Value is ConfigScalar { Plain: true } scalar ? ValueRange.Split(scalar.Text).Select(text => new ConfigScalar(scalar.Place, text))
            : [entry.Value];
        return nodes.SelectMany(node => ValueRange.Expand(node, faults)).Select(node => new Assignment(entry.Key, node));
    }

    private Axis? Zip(ConfigNode node)
    {
        if (node is not ConfigMap map || map.Entries.Count == 0)
        {
            faults.Add(new(node.Place, "zip lists mappings of keys to values that go in lockstep"));
            return null;
        }

        Assignment[][] lanes = [.. map.Entries.Select(entry => Values(entry).ToArray())];
        if (lanes.FirstOrDefault(lane => lane.Length != lanes[0].Length) is { } odd)
        {
            faults.Add(new(node.Place, $"keys that go in lockstep need as many values each; {lanes[0][0].Key} has {lanes[0].Length}, {odd[0].Key} {odd.Length}"));
            return null;
        }

        return new([.. Enumerable.Range(0, lanes[0].Length).Select(index => lanes.Select(lane => lane[index]).ToImmutableArray())]);
    }

    private ConditionalAxes When(ConfigNode node)
    {
        ConfigMap map = node as ConfigMap ?? Empty(node, "when lists mappings: a condition, and a grid for the trials in which it holds");
        ImmutableArray<Assignment> condition = [.. map.Entries.Where(entry => entry.Key != "grid").Select(entry => new Assignment(entry.Key, entry.Value))];
        ConfigEntry? grid = map.Entries.FirstOrDefault(entry => entry.Key == "grid");
        if (node is ConfigMap && (condition.Length == 0 || grid is null))
        {
            faults.Add(new(node.Place, "an entry of when needs a condition, such as strategy: fedbuff, and a grid"));
        }

        return new(condition, grid is null ? [] : [.. Grid(grid)]);
    }

    private ConfigMap Map(ConfigEntry entry) => entry.Value as ConfigMap
        ?? (entry.Value.IsNull ? new(entry.Value.Place, []) : Empty(entry.Value, $"{entry.Key} is a mapping of keys to values"));

    private static IReadOnlyList<ConfigNode> Items(ConfigNode node) => node is ConfigList list ? list.Items : [node];

    private ConfigMap Empty(ConfigNode node, string problem)
    {
        faults.Add(node.Place, problem);
        return new(node.Place, []);
    }

    private SweepDefinition Unknown(SweepDefinition sweep, ConfigEntry entry)
    {
        faults.Add(new(entry.KeyPlace, "is an unknown key") { Path = entry.Key, Expected = $"Allowed: {string.Join(", ", TellingKeys)}" });
        return sweep;
    }
}
