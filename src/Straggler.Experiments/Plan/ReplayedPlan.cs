namespace Straggler.Experiments;

/// <summary>Holds a replay's plan against that of the run whose record it follows.</summary>
public static class ReplayedPlan
{
    /// <summary>What may differ without the server sending other versions: how long the run goes on, and what is looked at and kept of it.</summary>
    private static readonly string[] _immaterial = ["name", "rounds", "stop", "eval", "checkpoint", "memory", "recording", "logging", "replay"];

    /// <summary>Says in what a plan differs from that of a run so that the server would send other versions; empty if in nothing.</summary>
    /// <param name="recorded">The run.</param>
    /// <param name="plan">The plan.</param>
    public static string Difference(RunDirectory recorded, ExperimentPlan plan)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        return ConfigDifference.Describe(File.ReadAllText(recorded.ConfigFile), PlanWriter.ToYaml(plan), key => !_immaterial.Contains(key.Split('.')[0]));
    }
}
