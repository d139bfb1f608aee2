using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Straggler.Experiments.Yaml;

namespace Straggler.Experiments.Sweeps;

/// <summary>The trials of a sweep, all of them resolved and valid.</summary>
/// <param name="Keys">The keys that differ between trials, in the order in which they were given.</param>
/// <param name="Trials">The trials, in order, no configuration twice.</param>
public sealed record Sweep(ImmutableArray<string> Keys, ImmutableArray<Trial> Trials)
{
    /// <summary>How bad candidates are given up early; null for running all trials to their end.</summary>
    public HalvingOptions? Halving { get; init; }

    private const int KeyLength = 10;
    private const int CheckpointsPerTrial = 10;

    /// <summary>More trials than anyone can mean.</summary>
    public const int MaxTrials = 100_000;

    /// <summary>Whether a file describes a sweep and not a single experiment: it has one of the keys of a sweep. One that cannot be read has none.</summary>
    public static bool IsSweep(string file) =>
        ConfigFile.Read(file, new()) is { } root && root.Entries.Any(entry => SweepReader.TellingKeys.Contains(entry.Key));

    /// <summary>Reads a sweep and resolves its trials.</summary>
    /// <param name="loader">Reads configurations.</param>
    /// <param name="file">The sweep's file, null for none; docs/sweeps.md says what it holds.</param>
    /// <param name="configuration">The configuration that all trials start from, if the sweep's file names none; null for the defaults.</param>
    /// <param name="arguments">Further axes and values, such as <c>alpha=0.1,1,10</c> and <c>seed=0..4</c>; they win over the file.</param>
    /// <exception cref="ExperimentConfigException">Anything is wrong with the sweep or with one of its trials.</exception>
    public static Sweep Load(PlanLoader loader, string? file, string? configuration, IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(loader);
        FaultList faults = new();
        SweepDefinition definition = new SweepReader(loader, faults).Read(file, arguments);
        faults.ThrowIfAny();
        ImmutableArray<Assignment>[] combinations = [.. definition.Trials().Take(MaxTrials + 1)];
        if (combinations.Length > MaxTrials)
        {
            throw new ExperimentConfigException([new(new(file ?? ConfigPlace.CommandLine), $"the sweep has more than {MaxTrials} trials")]);
        }

        ImmutableArray<string> keys = [.. combinations.SelectMany(assignments => assignments.Select(assignment => assignment.Key)).Distinct()];
        Dictionary<string, Trial> trials = [];
        foreach (ImmutableArray<Assignment> assignments in combinations)
        {
            ExperimentPlan plan = loader.LoadWith(definition.Base ?? configuration, [.. definition.Fixed.Concat(assignments).Select(assignment => assignment.ToOverride())]);
            Trial trial = Create(plan, assignments);
            trials.TryAdd(trial.Key, trial);
        }

        if (definition.Halving is { } halving)
        {
            CheckHalving(halving, [.. trials.Values.Select(trial => trial.Plan.Rounds).Distinct()], definition.HalvingPlace);
        }

        return new(keys, [.. trials.Values]) { Halving = definition.Halving };
    }

    private static void CheckHalving(HalvingOptions halving, long[] rounds, ConfigPlace place)
    {
        ConfigFault? fault = rounds.Length != 1
            ? new(place, "needs trials of as many arrivals each, and rounds differs between them") { Path = "halving", Expected = "Expected one value of rounds" }
            : halving.MinRounds >= rounds[0]
                ? new(place, "leaves nothing to halve") { Path = "halving.min_rounds", Value = FormattableString.Invariant($"{halving.MinRounds}"), Expected = FormattableString.Invariant($"Expected less than the trials' rounds, {rounds[0]}") }
                : null;
        if (fault is not null)
        {
            throw new ExperimentConfigException([fault]);
        }
    }

    /// <summary>Trials are saved now and then, even if nobody asked for it, so that a sweep that is cut off goes on where it was.</summary>
    private static Trial Create(ExperimentPlan plan, ImmutableArray<Assignment> assignments)
    {
        string key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(PlanWriter.ToYaml(
            ResumedPlan.WithoutHandling(plan) with { Name = null }))))[..KeyLength];
        return new(
            key,
            plan with
            {
                Name = NameOf(assignments, key),
                Checkpoint = plan.Checkpoint with { Every = plan.Checkpoint.Every ?? Math.Max(1, plan.Rounds / CheckpointsPerTrial) },
            },
            [.. assignments.Select(assignment => KeyValuePair.Create(assignment.Key, assignment.Text))]);
    }

    /// <summary>alpha=0.1_strategy=fedbuff_seed=3-0123456789.</summary>
    private static string NameOf(ImmutableArray<Assignment> assignments, string key)
    {
        string words = string.Join('_', assignments.Select(assignment => $"{assignment.Key[(assignment.Key.LastIndexOf('.') + 1)..]}={assignment.Word}"));
        string safe = string.Concat(words.Select(letter => char.IsAsciiLetterOrDigit(letter) || ".-_+=".Contains(letter, StringComparison.Ordinal) ? letter : '+'));
        int room = RunNames.MaxLength - KeyLength - 1;
        return safe.Length == 0 ? "trial-" + key : $"{safe[..Math.Min(room, safe.Length)].TrimStart('.')}-{key}";
    }
}
