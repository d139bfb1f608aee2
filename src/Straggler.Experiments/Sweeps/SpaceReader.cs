using System.Globalization;
using System.Text.RegularExpressions;
using Straggler.Experiments.Yaml;

namespace Straggler.Experiments.Sweeps;

/// <summary>Reads the random part of a sweep: <c>{samples: 20, seed: 1, space: {model.lr: log(0.001, 0.1)}}</c>.</summary>
internal sealed partial class SpaceReader(FaultList faults)
{
    private const string Distributions = "Expected log(low, high), uniform(low, high), integer(low, high) with low < high (log: above 0), or a list to choose from";

    /// <summary>Reads it.</summary>
    /// <param name="map">The section.</param>
    /// <param name="place">Where it stands.</param>
    public RandomSpace Read(ConfigMap map, ConfigPlace place)
    {
        RandomSpace space = new(0, 0, []);
        foreach (ConfigEntry entry in map.Entries)
        {
            switch (entry.Key)
            {
                case "samples":
                    space = space with { Count = (int)(Integer(entry, 1, ValueRange.MaxValues) ?? 1) };
                    break;
                case "seed":
                    space = space with { Seed = Integer(entry, 0, ulong.MaxValue) ?? 0 };
                    break;
                case "space" when entry.Value is ConfigMap dimensions:
                    space = space with { Dimensions = [.. dimensions.Entries.Select(Dimension).OfType<RandomDimension>()] };
                    break;
                default:
                    faults.Add(new(entry.KeyPlace, "is not usable here") { Path = entry.Key, Expected = "Expected samples, seed and space, a mapping" });
                    break;
            }
        }

        if (space.Count == 0)
        {
            faults.Add(place, "random needs samples, the number to draw");
            return space with { Count = 1 };
        }

        return space;
    }

    private ulong? Integer(ConfigEntry entry, ulong least, ulong most)
    {
        if (ulong.TryParse(FlowText.Of(entry.Value), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value >= least && value <= most)
        {
            return value;
        }

        faults.Add(new(entry.Value.Place, "is out of range") { Path = entry.Key, Value = FlowText.Of(entry.Value), Expected = $"Expected an integer from {least} to {most}" });
        return null;
    }

    private RandomDimension? Dimension(ConfigEntry entry)
    {
        if (entry.Value is ConfigList { Items: { Count: > 0 } items })
        {
            return new(entry.Key, quantile => items[(int)(quantile * items.Count)]);
        }

        Match match = Interval().Match(entry.Value is ConfigScalar scalar ? scalar.Text : "");
        if (match.Success && ValueRange.Number(match.Groups[2].Value) is { } low && ValueRange.Number(match.Groups[3].Value) is { } high && low < high)
        {
            string kind = match.Groups[1].Value;
            ConfigPlace place = entry.Value.Place;
            switch (kind)
            {
                case "uniform" or "log" when kind == "uniform" || low > 0:
                    return new(entry.Key, quantile => new ConfigScalar(place, ValueRange.Plain(ValueRange.At(low, high, (decimal)quantile, kind == "log"))));
                case "integer" when decimal.Floor(low) == low && decimal.Floor(high) == high:
                    return new(entry.Key, quantile => new ConfigScalar(place, ValueRange.Plain(low + decimal.Floor((decimal)quantile * (high - low + 1)))));
                default:
                    break;
            }
        }

        faults.Add(new(entry.Value.Place, "is no distribution") { Path = entry.Key, Value = FlowText.Of(entry.Value), Expected = Distributions });
        return null;
    }

    [GeneratedRegex(@"^(log|uniform|integer)\(\s*([^,()]+?)\s*,\s*([^,()]+?)\s*\)\z")]
    private static partial Regex Interval();
}
