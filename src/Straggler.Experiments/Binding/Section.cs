using Straggler.Experiments.Yaml;

namespace Straggler.Experiments.Binding;

/// <summary>Where a value comes from; later ones win.</summary>
internal enum Layer
{
    /// <summary>The names that are chosen when nobody chooses.</summary>
    Defaults,

    /// <summary>The file of a strategy's or model's options beside the experiment.</summary>
    OptionsFile,

    /// <summary>The experiment's file.</summary>
    Experiment,

    /// <summary>The command line.</summary>
    CommandLine,
}

/// <summary>A value that some layer gives to a key.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Key">The key.</param>
/// <param name="Path">The configuration path that messages name, as it was written.</param>
/// <param name="KeyPlace">Where the key was written.</param>
/// <param name="Value">The value.</param>
internal sealed record Given(Layer Layer, string Key, string Path, ConfigPlace KeyPlace, ConfigNode Value);

/// <summary>One section of the configuration: what all layers together say about its keys.</summary>
internal sealed class Section(string path, ConfigPlace place)
{
    private readonly List<Given> _givens = [];
    private readonly HashSet<string> _known = [];
    private readonly SortedSet<string> _listed = new(StringComparer.Ordinal);

    /// <summary>The section's path; empty for the root.</summary>
    public string Path { get; } = path;

    /// <summary>Where the section was last written.</summary>
    public ConfigPlace Place { get; } = place;

    /// <summary>What was given, lowest layer first.</summary>
    public IReadOnlyList<Given> Givens => _givens;

    /// <summary>The keys that the section understands.</summary>
    public IReadOnlySet<string> KnownKeys => _known;

    /// <summary>The keys that messages list: one for each meaning.</summary>
    public IReadOnlyCollection<string> ListedKeys => _listed;

    /// <summary>Says whose key a key is that this section does not understand; null where nothing is known of it.</summary>
    public Func<string, string?> WhoseKey { get; set; } = _ => null;

    /// <summary>Opens a section from the values that the layers give to its key.</summary>
    /// <param name="path">The section's path.</param>
    /// <param name="givens">What the layers give, lowest first.</param>
    /// <param name="nameKey">The key that a bare name stands for; null where a mapping is needed.</param>
    /// <param name="faults">Receives values that are no section.</param>
    public static Section Open(string path, IReadOnlyList<Given> givens, string? nameKey, FaultList faults)
    {
        Section section = new(path, givens.Count > 0 ? givens[^1].KeyPlace : new(ConfigPlace.Defaults));
        foreach (Given given in givens)
        {
            switch (given.Value)
            {
                case ConfigMap map:
                    section.Add(given.Layer, map, given.Path);
                    break;
                case ConfigScalar when nameKey is not null:
                    section.Add(given with { Key = nameKey });
                    break;
                case { IsNull: true }:
                    break;
                default:
                    faults.Add(Expectations.NotASection(given, nameKey is not null));
                    break;
            }
        }

        return section;
    }

    public void Add(Given given)
    {
        int after = _givens.FindLastIndex(other => other.Layer <= given.Layer);
        _givens.Insert(after + 1, given);
    }

    public void Add(Layer layer, ConfigMap map, string mapPath)
    {
        foreach (ConfigEntry entry in map.Entries)
        {
            Add(new(layer, entry.Key, entry.Path ?? Join(mapPath, entry.Key), entry.KeyPlace, entry.Value));
        }
    }

    public void Replace(Given given, params IEnumerable<Given> replacements)
    {
        int at = _givens.IndexOf(given);
        _givens.RemoveAt(at);
        _givens.InsertRange(at, replacements);
    }

    /// <summary>Declares the keys of one meaning, the one to list first, and returns what was given for them, lowest layer first.</summary>
    public List<Given> Take(params IReadOnlyList<string> keys)
    {
        _known.UnionWith(keys);
        _listed.Add(keys[0]);
        return [.. _givens.Where(given => keys.Contains(given.Key))];
    }

    /// <summary>Lets every key pass, where nothing can be said about them.</summary>
    public void AcceptAll() => _known.UnionWith(_givens.Select(given => given.Key));

    public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
