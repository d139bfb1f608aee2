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
        SuccessiveHalving? search = sweep.Halving is null ? null : new(sweep);
        if (request.DryRun)
        {
            new SweepForecast(request.Workers, _clock).Write(Console.Out, Look(sweep, request), search, cancellation);
            return ExitCodes.Success;
        }

        RunDirectory.MakeParent(request.Folder);
        using FolderLock mine = new(request.Folder, "sweep");
        TrialResult[] before = Look(sweep, request);
        double work = search?.ExpectedTrials ?? before.Count(result => result.State != TrialState.Finished);
        SweepProgress progress = new(sweep, before, request.Jobs, work, _clock);
        Lock writing = new();
        progress.Ended += _ =>
        {
            lock (writing)
            {
                WriteTable(request, sweep, progress);
            }
        };
        WriteTable(request, sweep, progress);
        TrialRunner runner = new(request.Folder, Math.Max(1, request.Workers / request.Jobs), new());
        using HalvingRun? halving = search is null ? null : new(request, sweep, search, runner, progress);
        Task running = halving?.RunAsync(before, cancellation) ?? RunAllAsync(request, before, runner, progress, cancellation);
        await new SweepDisplay(progress, request.Quiet).ShowAsync(running).ConfigureAwait(false);
        return Conclude(request, progress, search, cancellation);
    }

    private static TrialResult[] Look(Sweep sweep, SweepRequest request) => [.. sweep.Trials.Select(trial => TrialResult.Look(trial, request.Folder))];

    private static Sweep Load(SweepRequest request)
    {
        PlanLoader loader = ExperimentCommand.CreateLoader();
        return request.File is not null && Sweep.IsSweep(request.File)
            ? Sweep.Load(loader, request.File, ExperimentCommand.DefaultConfiguration, request.Axes)
            : Sweep.Load(loader, null, request.File ?? ExperimentCommand.DefaultConfiguration, request.Axes);
    }

    private static async Task RunAllAsync(
        SweepRequest request, TrialResult[] before, TrialRunner runner, SweepProgress progress, CancellationToken cancellation)
    {
        IEnumerable<TrialResult> open = before.Where(result => result.State != TrialState.Finished);
        ParallelOptions options = new() { MaxDegreeOfParallelism = request.Jobs };
        await Parallel.ForEachAsync(open, options, async (found, _) =>
        {
            if (!cancellation.IsCancellationRequested)
            {
                progress.End(await runner.RunAsync(found, found.Trial.Plan.Rounds, progress.Begin(found.Trial), cancellation).ConfigureAwait(false));
            }
        }).ConfigureAwait(false);
    }

    private static void WriteTable(SweepRequest request, Sweep sweep, SweepProgress progress) =>
        SweepCsv.Write(Path.Combine(request.Folder, "sweep.csv"), sweep, progress.Results);

    private static int Conclude(SweepRequest request, SweepProgress progress, SuccessiveHalving? search, CancellationToken cancellation)
    {
        foreach (TrialResult failed in progress.Results.Where(result => result.State == TrialState.Failed))
        {
            Console.Error.WriteLine(SweepDisplay.Line(failed));
        }

        if (!request.Quiet)
        {
            if (search?.Best is { } best)
            {
                Console.WriteLine($"best: {best}");
            }

            Console.WriteLine($"{progress.Line()}: {Path.Combine(request.Folder, "sweep.csv")}");
        }

        return cancellation.IsCancellationRequested ? ExitCodes.Interrupted
            : progress.Count(TrialState.Failed) > 0 ? ExitCodes.Failure : ExitCodes.Success;
    }
}
