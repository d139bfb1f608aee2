using Straggler.Configuration;
using Straggler.Experiments;
using Straggler.Federation;
using Straggler.Reports.Records;
using Straggler.Simulation;
using Straggler.Training;

namespace Straggler.Lab.Running;

/// <summary>The local models of a recorded run, which arrive in its replay in place of trained ones.</summary>
internal static class ReplayedModels
{
    /// <summary>Looks whether they are those that the plan's server would be answered with, and says what becomes of local models.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="stage">Told of it.</param>
    /// <exception cref="InvalidOptionException">They are another run's.</exception>
    /// <exception cref="ExperimentConfigException">The configuration of the run beside them is wrong.</exception>
    /// <exception cref="RunDirectoryException">There is no run beside them.</exception>
    public static void Check(ExperimentPlan plan, Action<string> stage)
    {
        if (plan.Replay?.LocalModels is { } table)
        {
            string difference = ReplayedPlan.Difference(PlanLoading.CreateLoader(), RunDirectory.Open(Path.GetDirectoryName(table)!), plan);
            stage(difference.Length == 0 ? $"Nobody trains: the local models that arrive are those of {table}" : throw new InvalidOptionException(
                "replay.local_models", $"{table}: these local models answer the versions of another run: {difference}. Expected null, or the settings of that run"));
        }
        else if (plan is { Recording.LocalModels: true, Training: TrainingMode.None })
        {
            stage("recording.local_models has no effect: nobody trains");
        }
    }

    /// <summary>Has them arrive.</summary>
    /// <param name="table">The run's local_models.csv.</param>
    /// <param name="timeline">The run's timeline.</param>
    /// <param name="layout">The model's parts.</param>
    /// <param name="fromCanonical">Brings a model into the order in which the server keeps it.</param>
    /// <exception cref="Reports.ReportException">The table is damaged, or a model is missing.</exception>
    public static RecordedTrainer Trainer(string table, RecordedTimeline timeline, ParameterLayout layout, VectorCopy fromCanonical)
    {
        RecordedModels models = RecordedModels.Open(table, layout);
        float[] canonical = new float[layout.Length];
        return new(timeline, layout.Length, (arrival, local) =>
        {
            LocalOutcome outcome = models.Read(arrival, canonical);
            fromCanonical(canonical, local);
            return outcome;
        });
    }
}
