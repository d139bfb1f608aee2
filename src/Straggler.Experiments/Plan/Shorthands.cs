using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Straggler.Experiments.Binding;
using Straggler.Experiments.Yaml;

namespace Straggler.Experiments;

/// <summary>Translates the keys that are short for others: <c>alpha</c> and <c>sample_fraction</c>, and <c>logging.mlflow: true</c>.</summary>
internal static class Shorthands
{
    /// <summary>Rewrites the root's shorthands into what they stand for, each in its own layer.</summary>
    public static void Expand(Section root, FaultList faults)
    {
        foreach (Layer layer in Enum.GetValues<Layer>())
        {
            ExpandAlpha(root, layer, faults);
        }

        ExpandTracking(root);
        int clients = ClientCount(root);
        foreach (Layer layer in Enum.GetValues<Layer>())
        {
            ExpandFraction(root, layer, clients, faults);
        }

        if (root.Take("concurrency").Count == 0 && clients < PlanDefaults.Concurrency)
        {
            ConfigPlace place = new(ConfigPlace.Defaults);
            root.Add(new(Layer.Defaults, "concurrency", "concurrency", place, Number(place, clients)));
        }
    }

    /// <summary><c>true</c> stands for a section that says nothing, <c>false</c> for none.</summary>
    private static void ExpandTracking(Section root)
    {
        foreach (Given given in root.Take("logging"))
        {
            if (given.Value is ConfigMap map && map["mlflow"] is ConfigScalar { Plain: true, Text: "true" or "false" })
            {
                root.Replace(given, given with
                {
                    Value = new ConfigMap(map.Place, [.. map.Entries.Select(entry => entry is { Key: "mlflow", Value: ConfigScalar said }
                        ? entry with { Value = said.Text == "true" ? new ConfigMap(said.Place, []) : said.Text == "false" ? new ConfigScalar(said.Place, "null") : said }
                        : entry)]),
                });
            }
        }
    }

    private static void ExpandAlpha(Section root, Layer layer, FaultList faults)
    {
        if (Last(root, "alpha", layer) is not { } alpha)
        {
            return;
        }

        Given? contradiction = root.Take("partition").Where(given => given.Layer == layer).SelectMany(Parts)
            .FirstOrDefault(part => Contradicts(part, alpha));
        if (contradiction is not null)
        {
            faults.Add(new(alpha.KeyPlace, $"contradicts {contradiction.Path}: {Expectations.Show(contradiction.Value)}; alpha: x is short for partition: {{name: dirichlet, alpha: x}}")
            {
                Path = "alpha",
                Value = Expectations.Show(alpha.Value),
                Expected = "Give one of them",
            });
            return;
        }

        // Another partitioner chosen in a higher layer has no use for it, not even for an option of the same name.
        if (root.Take("partition").Where(given => given.Layer > layer).SelectMany(Parts).LastOrDefault(part => part.Key == "name")
            is { Value: ConfigScalar { Text: not "dirichlet" } })
        {
            return;
        }

        ConfigMap partition = new(alpha.Value.Place,
        [
            new("name", alpha.KeyPlace, new ConfigScalar(alpha.KeyPlace, "dirichlet"), "partition.name"),
            new("alpha", alpha.KeyPlace, alpha.Value, HasOwnAlpha(root, layer) ? "partition.alpha" : "alpha"),
        ]);
        root.Add(alpha with { Key = "partition", Path = "partition", Value = partition });
    }

    private static bool HasOwnAlpha(Section root, Layer layer) =>
        root.Take("partition").Where(given => given.Layer == layer).SelectMany(Parts).Any(part => part.Key == "alpha");

    private static IEnumerable<Given> Parts(Given partition) => partition.Value switch
    {
        ConfigMap map => map.Entries.Select(entry =>
            new Given(partition.Layer, entry.Key, $"partition.{entry.Key}", entry.KeyPlace, entry.Value)),
        ConfigScalar { IsNull: false } => [partition with { Key = "name" }],
        _ => [],
    };

    private static bool Contradicts(Given part, Given alpha) => (part.Key, part.Value, alpha.Value) switch
    {
        ("name", ConfigScalar name, _) => name.Text != "dirichlet",
        ("alpha", ConfigScalar given, ConfigScalar wanted) => given.Text != wanted.Text
            && !(Read<double>(given) is double left && Read<double>(wanted) is double right && left == right),
        _ => false,
    };

    private static void ExpandFraction(Section root, Layer layer, int clients, FaultList faults)
    {
        if (Last(root, "sample_fraction", layer) is not { } fraction)
        {
            return;
        }

        if (!new ValueBinder(new(null), faults).TryBind(OptionSchema.Of(typeof(FractionOption)).Single(), fraction, out object? value) || value is not double share)
        {
            return;
        }

        int concurrency = (int)Math.Max(1, Math.Round(share * clients, MidpointRounding.AwayFromZero));
        if (Last(root, "concurrency", layer) is { Value: ConfigScalar { IsNull: false } other } && Read<int>(other) is int said && said != concurrency)
        {
            faults.Add(new(fraction.KeyPlace, string.Create(CultureInfo.InvariantCulture,
                $"of {clients} clients means {concurrency} in flight, but concurrency says {said}"))
            {
                Path = "sample_fraction",
                Value = Expectations.Show(fraction.Value),
                Expected = "Give one of them",
            });
            return;
        }

        root.Add(fraction with { Key = "concurrency", Path = "concurrency", Value = Number(fraction.Value.Place, concurrency) });
    }

    /// <summary>What a layer gives to a key; null means that it gives nothing.</summary>
    private static Given? Last(Section root, string key, Layer layer) =>
        root.Take(key).LastOrDefault(given => given.Layer == layer) is { Value.IsNull: false } given ? given : null;

    /// <summary>The number of clients as far as it can be told here; what is wrong with it is reported when it is bound.</summary>
    private static int ClientCount(Section root) =>
        root.Take("n_clients").LastOrDefault()?.Value is ConfigScalar given && Read<int>(given) is int count && count > 0
            ? count
            : new ExperimentPlan().ClientCount;

    private static object? Read<T>(ConfigScalar scalar) => ScalarTypes.Read(scalar, typeof(T), out object? value) is null ? value : null;

    private static ConfigScalar Number(ConfigPlace place, int value) => new(place, value.ToString(CultureInfo.InvariantCulture));

    private sealed record FractionOption
    {
        [Range(0.0, 1.0, MinimumIsExclusive = true)]
        public double SampleFraction { get; init; }
    }
}
