using System.Collections.Immutable;

namespace Straggler.Dashboard.Runs;

/// <summary>The runs of a folder, read once for however many pages show them.</summary>
/// <remarks>Thread-safe. What it hands out never changes; what is newer than a moment is told by a count of changes.</remarks>
/// <param name="folder">The folder.</param>
/// <param name="clock">The wall clock.</param>
/// <param name="interval">For so long what was read is new enough.</param>
internal sealed class RunCatalog(string folder, TimeProvider clock, TimeSpan interval)
{
    /// <summary>Bytes of tables that nobody waits for, read at a time.</summary>
    private const long Budget = 16 << 20;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, RunEntry> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _gone = [];
    private readonly SweepTable _sweeps = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _sequence;
    private long? _refreshed;
    private int _watchers;

    /// <summary>Told apart from any other process's, whose count of changes means something else.</summary>
    public string Epoch { get; } = clock.GetUtcNow().Ticks.ToString("x", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether a page is open.</summary>
    public bool IsWatched => Volatile.Read(ref _watchers) > 0;

    /// <summary>Completed at the next change.</summary>
    public Task Changed
    {
        get
        {
            lock (_lock)
            {
                return _changed.Task;
            }
        }
    }

    /// <summary>Looks at the files now.</summary>
    public void Refresh()
    {
        lock (_lock)
        {
            RefreshAll();
        }
    }

    /// <summary>Looks at the files unless that was done just now.</summary>
    public void RefreshIfOld()
    {
        lock (_lock)
        {
            if (_refreshed is not { } last || clock.GetElapsedTime(last) >= interval)
            {
                RefreshAll();
            }
        }
    }

    /// <summary>A run as it stands; null where none has that id.</summary>
    public (RunRow Row, string Directory, ImmutableSortedDictionary<string, string> Settings)? Find(string id)
    {
        lock (_lock)
        {
            return _runs.TryGetValue(id, out RunEntry? run) ? (run.Row, run.Directory, run.Settings.ToImmutableSortedDictionary(StringComparer.Ordinal)) : null;
        }
    }

    /// <summary>The runs that have changed since a count of changes; below 0 all.</summary>
    /// <param name="sequence">The count.</param>
    /// <param name="chosen">The runs of interest; null for all.</param>
    public RunChanges Since(long sequence, IReadOnlySet<string>? chosen)
    {
        lock (_lock)
        {
            return new(
                _sequence,
                [.. _runs.Values.Where(run => run.Version > sequence && chosen?.Contains(run.Id) != false).Select(run => run.Row)],
                [.. _gone.Where(pair => pair.Value > sequence && chosen?.Contains(pair.Key) != false).Select(pair => pair.Key)],
                sequence < 0);
        }
    }

    /// <summary>The evaluations of a run that a page has not got yet; null where there are none.</summary>
    /// <param name="id">The run.</param>
    /// <param name="generation">The generation of those that it has got.</param>
    /// <param name="count">How many it has got.</param>
    public CurveSlice? Slice(string id, int generation, int count)
    {
        lock (_lock)
        {
            return _runs.TryGetValue(id, out RunEntry? run) ? CurveSlice.Of(run.Curve, generation, count) : null;
        }
    }

    /// <summary>Follows the evaluations of some runs, and all rows, until disposed.</summary>
    public IDisposable Watch(IReadOnlySet<string> ids)
    {
        lock (_lock)
        {
            _watchers++;
            RunEntry[] runs = [.. _runs.Values.Where(run => ids.Contains(run.Id))];
            foreach (RunEntry run in runs)
            {
                run.Readers++;
            }

            long before = _sequence;
            long none = 0;
            foreach (RunEntry run in runs)
            {
                Refresh(run, ref none);
            }

            TellSince(before);

            return new Watcher(() => Leave(runs));
        }
    }

    private void Leave(RunEntry[] runs)
    {
        lock (_lock)
        {
            _watchers--;
            foreach (RunEntry run in runs)
            {
                run.Readers--;
                if (run.Readers == 0 && run.Row.Status == RunStatus.Finished)
                {
                    run.Forget();
                }
            }
        }
    }

    private void RefreshAll()
    {
        long before = _sequence;
        long budget = Budget;
        HashSet<string> found = [];
        foreach ((string id, string path) in RunFinder.Find(folder))
        {
            found.Add(id);
            if (!_runs.TryGetValue(id, out RunEntry? run))
            {
                run = new(id, path);
                _runs.Add(id, run);
                _gone.Remove(id);
            }

            Refresh(run, ref budget);
        }

        foreach (string id in _runs.Keys.Where(id => !found.Contains(id)).ToArray())
        {
            _runs.Remove(id);
            _gone[id] = ++_sequence;
        }

        _refreshed = clock.GetTimestamp();
        TellSince(before);
    }

    private void TellSince(long before)
    {
        if (_sequence != before)
        {
            _changed.SetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private void Refresh(RunEntry run, ref long budget)
    {
        if (run.Refresh(clock.GetUtcNow().UtcDateTime, _sweeps, ref budget))
        {
            run.Version = ++_sequence;
        }
    }

    private sealed class Watcher(Action leave) : IDisposable
    {
        private Action? _leave = leave;

        public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
    }
}
