namespace Straggler.Experiments;

/// <summary>Holds a replay's plan against that of the run whose record it follows.</summary>
public static class ReplayedPlan
{
    /// <summary>What may differ without the server sending other versions: how long the run goes on, and what is looked at and kept of it.</summary>
    private static readonly string[] _immaterial = ["name", "rounds", "stop", "eval", "checkpoint", "memory", "recording", "logging", "replay"];

    /// <summary>Says in what a plan differs from that of a run so that the server would send other versions; empty if in nothing.</summary>
    /// <param name="loader">Reads configurations: that of the run may have been annotated since, or be an older version's, without keys of today.</param>
    /// <param name="recorded">The run.</param>
    /// <param name="plan">The plan.</param>
    /// <exception cref="ExperimentConfigException">The run's configuration is wrong.</exception>
    public static string Difference(PlanLoader loader, RunDirectory recorded, ExperimentPlan plan)
    {
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentNullException.ThrowIfNull(recorded);
        return ConfigDifference.Describe(
            PlanWriter.ToYaml(loader.Load(recorded.ConfigFile, ["replay=null"])), // What it followed may be gone.
            PlanWriter.ToYaml(plan),
            key => !_immaterial.Contains(key.Split('.')[0]));
    }
}
