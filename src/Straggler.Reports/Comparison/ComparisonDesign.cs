using System.Collections.Immutable;

namespace Straggler.Reports.Comparison;

/// <summary>Runs in blocks that differ in their scenario, and in each block methods that are compared seed by seed.</summary>
/// <param name="Scenarios">The blocks: by the values of their settings where these are numbers, else in the order in which they were met.</param>
internal sealed record ComparisonDesign(ImmutableArray<Scenario> Scenarios)
{
    /// <summary>Settings that tell nothing about what a run computes, or, as the record that it follows does, go with the seed.</summary>
    private static readonly string[] _immaterial = ["name", "seed", "checkpoint", "memory", "recording", "logging", "eval.targets", "replay"];

    /// <summary>What makes a method where nothing else is said: the server's side.</summary>
    public static ImmutableArray<string> ServerSide { get; } = ["strategy", "aggregation", "scheduler", "compression"];

    /// <summary>Sorts runs into scenarios and methods by the settings in which they differ.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="factors">Sections or keys that make the method; the others that differ make the scenario.</param>
    /// <exception cref="ReportException">Two runs have the same settings and seed.</exception>
    public static ComparisonDesign Of(IReadOnlyList<ComparedRun> runs, ImmutableArray<string> factors)
    {
        string[] differing = Differing(runs);
        string[] method = [.. differing.Where(key => factors.Any(factor => Within(key, factor)))];
        if (method.Length == 0)
        {
            method = differing;
        }

        string[] scenario = [.. differing.Except(method)];
        return new(
        [
            .. Ordered(runs, [.. scenario, .. method]).GroupBy(run => Label(run, scenario, runs, "all")).Select(block => new Scenario(
                ShortLabel.Of(block.Key),
                [.. block.GroupBy(run => Label(run, method, [.. block], "run")).Select(group => new Method(ShortLabel.Of(group.Key), BySeed(group.Key, group)) { Settings = group.Key })])
            {
                Settings = block.Key,
            }),
        ]);
    }

    /// <summary>The keys that make the method.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="named">What was asked for: keys, sections, or a key's last part alone, such as alpha; empty for the server's side.</param>
    /// <exception cref="ReportException">The runs do not differ in something that was asked for.</exception>
    public static ImmutableArray<string> Factors(IReadOnlyList<ComparedRun> runs, ImmutableArray<string> named)
    {
        string[] differing = Differing(runs);
        return named.IsEmpty ? ServerSide : [.. named.SelectMany(factor =>
            differing.Where(key => Within(key, factor)).ToArray() is { Length: > 0 } whole ? whole
                : differing.Where(key => Short(key) == factor).ToArray() is { Length: > 0 } last ? last
                : throw new ReportException($"--by: the runs do not differ in \"{factor}\". Allowed: {(differing.Length == 0 ? "nothing; they differ in their seeds at most" : string.Join(", ", differing))}."))];
    }

    /// <summary>The settings in which runs differ, but for those that tell nothing about what a run computes, and the seed.</summary>
    public static string[] Differing(IReadOnlyList<ComparedRun> runs) =>
        [.. runs.SelectMany(run => run.Settings.Keys).Distinct()
            .Where(key => !_immaterial.Any(prefix => Within(key, prefix)) && Distinct(runs, key) > 1)];

    /// <summary>Runs by the values of some settings, names first.</summary>
    private static IEnumerable<ComparedRun> Ordered(IReadOnlyList<ComparedRun> runs, string[] keys) =>
        keys.OrderByDescending(IsName).Aggregate(runs.OrderBy(_ => 0), (ordered, key) =>
        {
            Func<string?, double> place = SettingOrder.Of(runs.Select(run => run.Settings.GetValueOrDefault(key)));
            return ordered.ThenBy(run => place(run.Settings.GetValueOrDefault(key)));
        });

    private static bool Within(string key, string prefix) =>
        key == prefix || (key.StartsWith(prefix, StringComparison.Ordinal) && key[prefix.Length] == '.');

    private static ImmutableSortedDictionary<string, ComparedRun> BySeed(string label, IEnumerable<ComparedRun> runs)
    {
        Dictionary<string, ComparedRun> seeds = [];
        foreach (ComparedRun run in runs)
        {
            if (!seeds.TryAdd(run.Seed, run))
            {
                throw new ReportException($"{run.Path}: has the same settings and seed as {seeds[run.Seed].Path} ({label}, seed {run.Seed}); a comparison takes each once.");
            }
        }

        return seeds.ToImmutableSortedDictionary(SeedOrder.Instance);
    }

    /// <summary>
    /// Names of sections come bare, the strategy's first, each only where the ones before it do not tell; an option, or a name within it, is
    /// told where it differs among the runs of the same names.
    /// </summary>
    private static string Label(ComparedRun run, string[] keys, IReadOnlyList<ComparedRun> all, string none)
    {
        List<string> names = [];
        ComparedRun[] alike = [.. all];
        foreach (string key in keys.Where(IsName).OrderByDescending(key => key == "strategy.name"))
        {
            if (Distinct(alike, key) > 1)
            {
                names.Add(key);
                alike = [.. alike.Where(other => other.Settings.GetValueOrDefault(key) == run.Settings.GetValueOrDefault(key))];
            }
        }

        IEnumerable<string> options = keys.Where(key => !IsName(key))
            .Where(key => Distinct(alike, key) > 1 && run.Settings.ContainsKey(key))
            .Select(key => $"{Short(key)}={SettingOrder.Plain(run.Settings[key])}");
        string label = string.Join(' ', [.. names.Select(key => run.Settings.GetValueOrDefault(key)).OfType<string>(), .. options]);
        return label.Length > 0 ? label : none;
    }

    private static bool IsName(string key) => key.EndsWith(".name", StringComparison.Ordinal) && key.Count(letter => letter == '.') == 1;

    private static int Distinct(IEnumerable<ComparedRun> runs, string key) => runs.Select(run => run.Settings.GetValueOrDefault(key)).Distinct().Count();

    /// <summary>The last part of a key; of a name, the part that it names.</summary>
    internal static string Short(string key) => key.EndsWith(".name", StringComparison.Ordinal) ? Short(key[..^".name".Length]) : key[(key.LastIndexOf('.') + 1)..];

    /// <summary>Seeds by their value.</summary>
    private sealed class SeedOrder : IComparer<string>
    {
        public static SeedOrder Instance { get; } = new();

        public int Compare(string? x, string? y) =>
            ulong.TryParse(x, out ulong left) && ulong.TryParse(y, out ulong right) ? left.CompareTo(right) : string.CompareOrdinal(x, y);
    }
}

/// <summary>Methods under the same conditions.</summary>
/// <param name="Label">The settings that tell it from the other scenarios.</param>
/// <param name="Methods">The methods.</param>
internal sealed record Scenario(string Label, ImmutableArray<Method> Methods)
{
    /// <summary>All of these settings, where the label is short for them.</summary>
    public required string Settings { get; init; }

    /// <summary>All runs.</summary>
    public IEnumerable<ComparedRun> Runs => Methods.SelectMany(method => method.Runs.Values);

    /// <summary>Virtual seconds that every run has come to.</summary>
    public double CommonTime => Runs.Min(run => run.Duration);

    /// <summary>Arrivals that every run has come to.</summary>
    public double CommonArrivals => Runs.Min(run => run.Arrivals);
}

/// <summary>One way to run the federation, under several seeds.</summary>
/// <param name="Label">What tells it from the others.</param>
/// <param name="Runs">Its runs by seed.</param>
internal sealed record Method(string Label, ImmutableSortedDictionary<string, ComparedRun> Runs)
{
    /// <summary>All that tells it from the others, where the label is short for that.</summary>
    public required string Settings { get; init; }
}
