using Straggler.Experiments.Sweeps;

namespace Straggler.Cli.Sweeping;

/// <summary>Runs the trials of a search, each to the rung that it is sent to.</summary>
/// <param name="request">What was asked.</param>
/// <param name="sweep">The sweep.</param>
/// <param name="search">Says which trial goes how far.</param>
/// <param name="runner">Runs them.</param>
/// <param name="progress">Is told.</param>
internal sealed class HalvingRun(SweepRequest request, Sweep sweep, SuccessiveHalving search, TrialRunner runner, SweepProgress progress) : IDisposable
{
    private readonly string _file = Path.Combine(request.Folder, "rungs.csv");
    private readonly Lock _writing = new();
    private readonly SemaphoreSlim _changed = new(0);

    /// <summary>Runs them until nothing is left to do.</summary>
    /// <param name="before">The trials as they were found.</param>
    /// <param name="cancellation">Ends the search early; it goes on the next time.</param>
    public async Task RunAsync(TrialResult[] before, CancellationToken cancellation)
    {
        RungsCsv.Read(_file, sweep, search);
        Dictionary<string, TrialResult> found = before.ToDictionary(result => result.Trial.Key);
        await Task.WhenAll(Enumerable.Range(0, request.Jobs).Select(_ => Task.Run(() => WorkAsync(found, cancellation), CancellationToken.None))).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _changed.Dispose();

    private async Task WorkAsync(Dictionary<string, TrialResult> found, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            // Asked before: what ends in between lets the others look again.
            bool othersWork = search.IsBusy;
            if (search.TryNext() is { } next)
            {
                await RunAsync(next.Trial, next.Rung, found, cancellation).ConfigureAwait(false);
                _changed.Release(request.Jobs);
            }
            else if (othersWork)
            {
                await _changed.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            }
            else
            {
                break;
            }
        }

        _changed.Release(request.Jobs);
    }

    private async Task RunAsync(Trial trial, int rung, Dictionary<string, TrialResult> found, CancellationToken cancellation)
    {
        TrialResult result;
        lock (found)
        {
            result = found[trial.Key];
        }

        if (!result.HasCome(search.Rungs[rung]))
        {
            result = await runner.RunAsync(result, search.Rungs[rung], progress.Begin(trial, search.ShareOf(rung)), cancellation).ConfigureAwait(false);
            lock (found)
            {
                found[trial.Key] = result;
            }

            progress.End(result);
        }

        if (result.State == TrialState.Interrupted)
        {
            return; // The user has had enough: it was not reported, so the next call hands it out again.
        }

        search.Report(trial, rung, result.State == TrialState.Failed ? null : sweep.Halving!.ValueOf(result.Summary!));
        lock (_writing)
        {
            RungsCsv.Write(_file, search);
        }
    }
}
