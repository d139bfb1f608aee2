using System.Globalization;
using Straggler.Cli.Display;
using Straggler.Experiments.Sweeps;

namespace Straggler.Cli.Sweeping;

/// <summary>Where a sweep stands. Thread-safe.</summary>
/// <param name="sweep">The sweep.</param>
/// <param name="before">Its trials as they were found.</param>
/// <param name="jobs">Trials that run at once.</param>
/// <param name="clock">The wall clock.</param>
internal sealed class SweepProgress(Sweep sweep, IReadOnlyList<TrialResult> before, int jobs, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly long _started = clock.GetTimestamp();
    private readonly TrialResult[] _results = [.. before];
    private readonly Dictionary<string, int> _places = sweep.Trials.Select((trial, place) => (trial.Key, place)).ToDictionary(pair => pair.Key, pair => pair.place);
    private readonly SortedDictionary<int, TrialDisplay> _running = [];
    private int _done;

    /// <summary>Called after each trial, with what came of it.</summary>
    public event Action<TrialResult>? Ended;

    /// <summary>The trials as they stand.</summary>
    public IReadOnlyList<TrialResult> Results
    {
        get
        {
            lock (_lock)
            {
                return [.. _results];
            }
        }
    }

    /// <summary>The trials that run, each with its display.</summary>
    public IReadOnlyList<(Trial Trial, TrialDisplay Display)> Running
    {
        get
        {
            lock (_lock)
            {
                return [.. _running.Select(pair => (sweep.Trials[pair.Key], pair.Value))];
            }
        }
    }

    /// <summary>A trial begins.</summary>
    public TrialDisplay Begin(Trial trial)
    {
        TrialDisplay display = new();
        lock (_lock)
        {
            _running[_places[trial.Key]] = display;
        }

        return display;
    }

    /// <summary>A trial has ended.</summary>
    public void End(TrialResult result)
    {
        lock (_lock)
        {
            int place = _places[result.Trial.Key];
            _running.Remove(place);
            _results[place] = result;
            _done++;
        }

        Ended?.Invoke(result);
    }

    /// <summary>Trials in a state.</summary>
    public int Count(TrialState state)
    {
        lock (_lock)
        {
            return _results.Count(result => result.State == state);
        }
    }

    /// <summary>Wall time gone.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(_started);

    /// <summary>Wall time still to go at the pace so far; null before there is a pace.</summary>
    public TimeSpan? Remaining
    {
        get
        {
            lock (_lock)
            {
                double underWay = _running.Values.Sum(display => display.Snapshot?.Fraction ?? 0);
                double done = _done + underWay;
                int open = _results.Count(result => result.State is TrialState.Waiting or TrialState.Interrupted);
                return done < 0.05 ? null : Elapsed * ((open - underWay) / done);
            }
        }
    }

    /// <summary>One line on where the sweep stands.</summary>
    public string Line()
    {
        string rest = Remaining is { } remaining && remaining > TimeSpan.Zero ? $", {ProgressText.Span(remaining)} to go" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{Count(TrialState.Finished)} of {sweep.Trials.Length} trials finished, {Count(TrialState.Failed)} failed, {jobs} at a time, {ProgressText.Span(Elapsed)}{rest}");
    }
}
