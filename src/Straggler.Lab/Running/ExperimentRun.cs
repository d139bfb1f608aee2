using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
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
        if (experiment.Layout is { } layout)
        {
            SafeTensorsFile.Write(directory.PathOf("model.safetensors"), layout, experiment.CanonicalParameters());
        }

        RunSummary summary = Summarize(directory.Name, plan, experiment, session.Clock.Times, workers, result);
        session.Finish(summary, ClientRecords.Create(result, experiment.Population), result.Outstanding);
        return summary;
    }

    /// <summary>Sums a run up.</summary>
    /// <param name="name">The run's name.</param>
    /// <param name="plan">The experiment.</param>
    /// <param name="experiment">Its parts.</param>
    /// <param name="times">Where the wall time went.</param>
    /// <param name="workers">Threads that trained.</param>
    /// <param name="result">What it came to.</param>
    public static RunSummary Summarize(
        string name, ExperimentPlan plan, PreparedExperiment experiment, RunTimes times, int workers, SimulationResult result) =>
        RunSummaryFactory.Create(result, new(
            name,
            plan.Seed,
            plan.Strategy.Name,
            times,
            workers,
            PeakMemory(),
            Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(experiment.CanonicalParameters()))))
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
