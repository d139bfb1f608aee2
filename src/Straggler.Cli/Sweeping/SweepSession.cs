using Straggler.Cli.Commands;
using Straggler.Cli.Running;
using Straggler.Experiments;
using Straggler.Experiments.Sweeps;

namespace Straggler.Cli.Sweeping;

/// <summary>Runs a sweep from its description to its table.</summary>
internal static class SweepSession
{
    private static readonly TimeProvider _clock = TimeProvider.System;

    /// <summary>Does what was asked.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(SweepRequest request, CancellationToken cancellation)
    {
        Sweep sweep = Load(request);
        TrialResult[] before = [.. sweep.Trials.Select(trial => TrialResult.Look(trial, request.Folder))];
        if (request.DryRun)
        {
            new SweepForecast(request.Workers, _clock).Write(Console.Out, before, cancellation);
            return ExitCodes.Success;
        }

        SweepProgress progress = new(sweep, before, request.Jobs, _clock);
        RunDirectory.MakeParent(request.Folder);
        Lock writing = new();
        progress.Ended += _ =>
        {
            lock (writing)
            {
                WriteTable(request, sweep, progress);
            }
        };
        WriteTable(request, sweep, progress);
        await new SweepDisplay(progress, request.Quiet).ShowAsync(RunAllAsync(request, before, progress, cancellation)).ConfigureAwait(false);
        return Conclude(request, progress, cancellation);
    }

    private static Sweep Load(SweepRequest request)
    {
        PlanLoader loader = ExperimentCommand.CreateLoader();
        return request.File is not null && Sweep.IsSweep(request.File)
            ? Sweep.Load(loader, request.File, ExperimentCommand.DefaultConfiguration, request.Axes)
            : Sweep.Load(loader, null, request.File ?? ExperimentCommand.DefaultConfiguration, request.Axes);
    }

    private static async Task RunAllAsync(
        SweepRequest request, TrialResult[] before, SweepProgress progress, CancellationToken cancellation)
    {
        TrialRunner runner = new(request.Folder, Math.Max(1, request.Workers / request.Jobs), new());
        IEnumerable<TrialResult> open = before.Where(result => result.State != TrialState.Finished);
        ParallelOptions options = new() { MaxDegreeOfParallelism = request.Jobs };
        await Parallel.ForEachAsync(open, options, async (found, _) =>
        {
            if (!cancellation.IsCancellationRequested)
            {
                progress.End(await runner.RunAsync(found, progress.Begin(found.Trial), cancellation).ConfigureAwait(false));
            }
        }).ConfigureAwait(false);
    }

    private static void WriteTable(SweepRequest request, Sweep sweep, SweepProgress progress) =>
        SweepCsv.Write(Path.Combine(request.Folder, "sweep.csv"), sweep, progress.Results);

    private static int Conclude(SweepRequest request, SweepProgress progress, CancellationToken cancellation)
    {
        foreach (TrialResult failed in progress.Results.Where(result => result.State == TrialState.Failed))
        {
            Console.Error.WriteLine(SweepDisplay.Line(failed));
        }

        if (!request.Quiet)
        {
            Console.WriteLine($"{progress.Line()}: {Path.Combine(request.Folder, "sweep.csv")}");
        }

        return cancellation.IsCancellationRequested ? ExitCodes.Interrupted
            : progress.Count(TrialState.Failed) > 0 ? ExitCodes.Failure : ExitCodes.Success;
    }
}
