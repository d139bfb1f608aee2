using System.Diagnostics;
using Straggler.Experiments;
using Straggler.Federation;
using Straggler.Recording;
using Straggler.Simulation;

namespace Straggler.Lab.Running;

/// <summary>Takes an experiment whose parts are ready to its written results.</summary>
internal static class ExperimentRun
{
    /// <summary>Runs it.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="experiment">Its parts.</param>
    /// <param name="session">The run, begun or gone on with.</param>
    /// <param name="workers">Threads that train.</param>
    /// <param name="display">Shows the run.</param>
    /// <param name="cancellation">Ends the run early; its results are written all the same.</param>
    /// <param name="afterwards">Done when the run is over, before its results are written.</param>
    public static async Task<RunSummary> RunAsync(
        ExperimentPlan plan, PreparedExperiment experiment, RunSession session, int workers, IRunDisplay display, CancellationToken cancellation,
        Func<Task>? afterwards = null)
    {
        experiment.RecordPartition(session.Directory);
        SimulationResult result = await session.RunAsync(display, cancellation).ConfigureAwait(false);
        await (afterwards?.Invoke() ?? Task.CompletedTask).ConfigureAwait(false);
        return Finish(plan, experiment, session, workers, result);
    }

    private static RunSummary Finish(
        ExperimentPlan plan, PreparedExperiment experiment, RunSession session, int workers, SimulationResult result)
    {
        RunDirectory directory = session.Directory;
        float[] parameters = experiment.CanonicalParameters();
        if (experiment.Layout is { } layout)
        {
            SafeTensorsFile.Write(directory.PathOf("model.safetensors"), layout, parameters);
        }

        RunSummary summary = Summarize(directory.Name, plan, experiment, new(session.Clock.Times, workers, parameters), result);
        session.Finish(summary, ClientRecords.Create(result, experiment.Population), result.Outstanding);
        return summary;
    }

    /// <summary>Sums a run up.</summary>
    /// <param name="name">The run's name.</param>
    /// <param name="plan">The experiment.</param>
    /// <param name="experiment">Its parts.</param>
    /// <param name="end">How it stands at its end.</param>
    /// <param name="result">What it came to.</param>
    public static RunSummary Summarize(string name, ExperimentPlan plan, PreparedExperiment experiment, in RunEnd end, SimulationResult result) =>
        RunSummaryFactory.Create(result, new(
            name,
            plan.Seed,
            plan.Strategy.Name,
            end.Times,
            end.Workers,
            PeakMemory(),
            FlatVector.Fingerprint(end.Parameters))
        {
            Privacy = experiment.Privacy,
            Clock = experiment.ClockName,
        });

    private static long PeakMemory()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}

/// <summary>How a run stands at its end, besides what the simulation says.</summary>
/// <param name="Times">Where the wall time went.</param>
/// <param name="Workers">Threads that trained.</param>
/// <param name="Parameters">The final model in PyTorch's element order.</param>
internal readonly record struct RunEnd(RunTimes Times, int Workers, float[] Parameters);
