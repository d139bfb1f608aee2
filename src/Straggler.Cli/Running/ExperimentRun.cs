using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Straggler.Cli.Display;
using Straggler.Experiments;
using Straggler.Federation;
using Straggler.Recording;
using Straggler.Simulation;

namespace Straggler.Cli.Running;

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
    public static async Task<RunSummary> RunAsync(
        ExperimentPlan plan, PreparedExperiment experiment, RunSession session, int workers, IRunDisplay display, CancellationToken cancellation)
    {
        experiment.RecordPartition(session.Directory);
        SimulationResult result = await session.RunAsync(display, cancellation).ConfigureAwait(false);
        return Finish(plan, experiment, session, workers, result);
    }

    private static RunSummary Finish(
        ExperimentPlan plan, PreparedExperiment experiment, RunSession session, int workers, SimulationResult result)
    {
        RunDirectory directory = session.Directory;
        float[] parameters = experiment.CanonicalParameters();
        if (experiment.Trains)
        {
            SafeTensorsFile.Write(directory.PathOf("model.safetensors"), experiment.Problem.Layout, parameters);
        }

        RunSummary summary = RunSummaryFactory.Create(result, new(
            directory.Name,
            plan.Seed,
            plan.Strategy.Name,
            session.Clock.Times,
            workers,
            PeakMemory(),
            Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(parameters))))
        {
            Privacy = experiment.Privacy,
        });
        session.Finish(summary, ClientRecords.Create(result, experiment.Population), result.Outstanding);
        return summary;
    }

    private static long PeakMemory()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
