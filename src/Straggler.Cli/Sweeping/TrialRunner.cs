using Straggler.Cli.Display;
using Straggler.Experiments;
using Straggler.Experiments.Sweeps;
using Straggler.Lab.Running;
using Straggler.Recording;

namespace Straggler.Cli.Sweeping;

/// <summary>Runs trials of a sweep: from their beginning, or from where they were cut off.</summary>
/// <param name="parent">The folder of the trials' run directories.</param>
/// <param name="workers">Threads that train each trial.</param>
/// <param name="datasets">Data sets that the trials share.</param>
internal sealed class TrialRunner(string parent, int workers, DatasetCache datasets)
{
    /// <summary>Runs a trial.</summary>
    /// <param name="found">The trial as it was found; not finished.</param>
    /// <param name="rounds">The arrivals to which it is run.</param>
    /// <param name="display">Follows it.</param>
    /// <param name="cancellation">Ends it early; it goes on the next time.</param>
    /// <returns>What came of it; a failure is told, not thrown, so that the other trials go on.</returns>
    public async Task<TrialResult> RunAsync(TrialResult found, long rounds, IRunDisplay display, CancellationToken cancellation)
    {
        Trial trial = found.Trial;
        try
        {
            return TrialResult.Of(trial, await RunAsync(trial.Plan with { Rounds = rounds }, found.CanGoOn, display, cancellation).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return new(trial, TrialState.Interrupted);
        }
#pragma warning disable CA1031 // Whatever goes wrong in a trial is reported with it; the other trials go on.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return new(trial, TrialState.Failed, Problem: FailureReport.Message(failure));
        }
    }

    private async Task<RunSummary> RunAsync(ExperimentPlan plan, bool goesOn, IRunDisplay display, CancellationToken cancellation)
    {
        long started = TimeProvider.System.GetTimestamp();
        using PreparedExperiment experiment = PreparedExperiment.Prepare(plan, workers, display.Stage, cancellation, datasets);
        using RunSession session = goesOn
            ? RunSession.Resume(plan, experiment, RunDirectory.Open(Path.Combine(parent, plan.Name!)), started, display.Stage)
            : RunSession.Begin(plan, experiment, RunDirectory.Create(parent, plan), started, Console.Error.WriteLine);
        return await ExperimentRun.RunAsync(plan, experiment, session, workers, display, cancellation).ConfigureAwait(false);
    }
}
