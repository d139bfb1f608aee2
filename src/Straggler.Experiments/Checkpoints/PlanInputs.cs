using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using Straggler.Configuration;
using Straggler.Experiments.Binding;

namespace Straggler.Experiments;

/// <summary>The files that an experiment's options name: traces, measured values, saved partitions.</summary>
/// <remarks>The configuration has only their names; what a run does depends on what stands in them.</remarks>
internal static class PlanInputs
{
    /// <summary>A line for each file, with its key and the SHA-256 of its content: <c>delay.traces.file: 3f...</c>.</summary>
    /// <param name="plan">The experiment.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static string Fingerprint(ExperimentPlan plan) =>
        string.Join('\n', Of(plan, "").Select(input => $"{input.Key}: {Hash(input.File)}"));

    /// <summary>Says in which files' content two fingerprints differ.</summary>
    public static string Difference(string before, string now) => string.Join(" and of ", before.Split('\n').Except(now.Split('\n'))
        .Select(line => line.Split(':')[0]));

    /// <summary>Every file with its key.</summary>
    private static IEnumerable<(string Key, string File)> Of(object record, string prefix) =>
        OptionSchema.Of(record.GetType()).SelectMany(option => (option.Role, Value: option.Property.GetValue(record)) switch
        {
            (_, null) => [],
            (OptionRole.Value, string file) when option.Property.IsDefined(typeof(InputFileAttribute)) => [(prefix + option.Key, file)],
            (OptionRole.Value, _) => [],
            (OptionRole.SameSection, { } same) => Of(same, prefix),
            (OptionRole.ChoiceBeside, IChoice choice) => Of(choice.Options, prefix),
            (OptionRole.Choice, IChoice choice) => Of(choice.Options, $"{prefix}{option.Key}."),
            (OptionRole.Records, IEnumerable records) => records.Cast<object>().SelectMany(
                (inner, i) => Of(inner, string.Create(CultureInfo.InvariantCulture, $"{prefix}{option.Key}[{i}]."))),
            (_, { } section) => Of(section, $"{prefix}{option.Key}."),
        });

    private static string Hash(string file)
    {
        using FileStream content = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }
}
