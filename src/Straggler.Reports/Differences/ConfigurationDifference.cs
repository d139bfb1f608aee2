using System.Collections.Immutable;
using Straggler.Reports.Records;

namespace Straggler.Reports.Differences;

/// <summary>Finds the settings in which two runs differ.</summary>
internal static class ConfigurationDifference
{
    /// <summary>Sections and keys that no result depends on.</summary>
    private static readonly string[] _immaterial = ["name", "checkpoint", "memory", "recording", "logging"];

    /// <summary>Compares two config.yaml.</summary>
    public static PartDifference Compare(string left, string right)
    {
        SortedDictionary<string, string> ours = Read(left), theirs = Read(right);
        ImmutableArray<ValueDifference> values =
        [
            .. ours.Keys.Union(theirs.Keys).Order(StringComparer.Ordinal)
                .Select(key => new ValueDifference(key, ours.GetValueOrDefault(key), theirs.GetValueOrDefault(key), IsMaterial(key)))
                .Where(value => value.Left != value.Right),
        ];
        PartVerdict verdict = values.IsEmpty ? PartVerdict.Same
            : values.Any(value => value.IsMaterial) ? PartVerdict.Different : PartVerdict.Immaterial;
        return new("configuration", verdict) { Values = values };
    }

    private static bool IsMaterial(string key) => !_immaterial.Contains(key.Split('.')[0]);

    private static SortedDictionary<string, string> Read(string path)
    {
        using StreamReader reader = new(RecordFile.Open(path));
        return FlatConfiguration.Read(reader.ReadToEnd());
    }
}
