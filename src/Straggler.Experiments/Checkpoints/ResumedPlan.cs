using System.Globalization;
using Straggler.Checkpoints;

namespace Straggler.Experiments;

/// <summary>The plan of a run that goes on: its own, with larger budgets if asked for.</summary>
public static class ResumedPlan
{
    /// <summary>Reads a run's configuration and the changes asked for.</summary>
    /// <param name="loader">Reads configurations.</param>
    /// <param name="directory">The run's directory.</param>
    /// <param name="overrides">
    /// Changes, each <c>key=value</c>: <c>rounds</c>, <c>stop.*</c> and <c>eval.target_acc</c> may be raised, <c>checkpoint.every</c>,
    /// <c>memory</c>, <c>recording.figures</c> and <c>logging.mlflow</c> changed.
    /// </param>
    /// <exception cref="ExperimentConfigException">The configuration or a change is wrong.</exception>
    /// <exception cref="CheckpointException">A change would make another run of it.</exception>
    public static ExperimentPlan Load(PlanLoader loader, RunDirectory directory, IReadOnlyList<string> overrides)
    {
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentNullException.ThrowIfNull(directory);
        ExperimentPlan before = Recorded(loader, directory);
        ExperimentPlan now = loader.Load(directory.ConfigFile, overrides);
        string difference = ConfigDifference.Describe(PlanWriter.ToYaml(WithoutBudgets(before)), PlanWriter.ToYaml(WithoutBudgets(now)));
        if (difference.Length > 0)
        {
            throw new CheckpointException(
                $"That would be another run than \"{directory.Path}\": {difference}. Only rounds, stop.virtual_time, stop.server_steps, "
                + "eval.target_acc (to be raised), checkpoint.every, memory, recording.figures and logging.mlflow may differ on --resume.");
        }

        NotLowered("rounds", before.Rounds, now.Rounds);
        NotLowered("stop.virtual_time", before.Stop.VirtualTime, now.Stop.VirtualTime);
        NotLowered("stop.server_steps", before.Stop.ServerSteps, now.Stop.ServerSteps);
        NotLowered("eval.target_acc", before.Eval.TargetAcc, now.Eval.TargetAcc);
        return now;
    }

    /// <summary>The plan in a run's config.yaml.</summary>
    /// <exception cref="ExperimentConfigException">The configuration is wrong.</exception>
    public static ExperimentPlan Recorded(PlanLoader loader, RunDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentNullException.ThrowIfNull(directory);
        return loader.Load(directory.ConfigFile, []);
    }

    /// <summary>The part of a configuration that stays the same through a run's life; its folder may be renamed.</summary>
    internal static string Fixed(ExperimentPlan plan) => PlanWriter.ToYaml(WithoutBudgets(plan) with { Name = null });

    /// <summary>The plan with the defaults of all that is handy to change and changes no record: checkpoints, memory, figures' files.</summary>
    internal static ExperimentPlan WithoutHandling(ExperimentPlan plan) =>
        plan with { Checkpoint = new(), Memory = new(), Recording = plan.Recording with { Figures = new RecordingOptions().Figures } };

    private static ExperimentPlan WithoutBudgets(ExperimentPlan plan) => WithoutHandling(plan) with
    {
        Rounds = 1,
        Stop = new(),
        Eval = plan.Eval with { TargetAcc = null },
        Logging = plan.Logging with { Mlflow = null },
    };

    private static void NotLowered(string key, double? before, double? now)
    {
        // No budget is the largest one.
        if ((now ?? double.PositiveInfinity) < (before ?? double.PositiveInfinity))
        {
            throw new CheckpointException(string.Create(CultureInfo.InvariantCulture,
                $"{key}: {now} is less than the run's {(before is null ? "null (no limit)" : before)}. On --resume it can only be raised."));
        }
    }
}
