using System.Globalization;
using Straggler.Cli.Display;
using Straggler.Experiments.Sweeps;

namespace Straggler.Cli.Sweeping;

/// <summary>Where a sweep stands. Thread-safe.</summary>
/// <param name="sweep">The sweep.</param>
/// <param name="before">Its trials as they were found.</param>
/// <param name="jobs">Trials that run at once.</param>
/// <param name="work">What there is to do, in whole trials.</param>
/// <param name="clock">The wall clock.</param>
internal sealed class SweepProgress(Sweep sweep, IReadOnlyList<TrialResult> before, int jobs, double work, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly long _started = clock.GetTimestamp();
    private readonly TrialResult[] _results = [.. before];
    private readonly Dictionary<string, int> _places = sweep.Trials.Select((trial, place) => (trial.Key, place)).ToDictionary(pair => pair.Key, pair => pair.place);
    private readonly SortedDictionary<int, (TrialDisplay Display, double Share)> _running = [];
    private double _done;

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
                return [.. _running.Select(pair => (sweep.Trials[pair.Key], pair.Value.Display))];
            }
        }
    }

    /// <summary>A trial begins, or goes on.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="share">The part of it that is to be done now.</param>
    public TrialDisplay Begin(Trial trial, double share = 1)
    {
        TrialDisplay display = new();
        lock (_lock)
        {
            _running[_places[trial.Key]] = (display, share);
        }

        return display;
    }

    /// <summary>A trial has ended, or come to where it was to come.</summary>
    public void End(TrialResult result)
    {
        lock (_lock)
        {
            int place = _places[result.Trial.Key];
            _running.Remove(place, out (TrialDisplay Display, double Share) ran);
            _results[place] = result;
            _done += ran.Share;
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
                double done = _done + _running.Values.Sum(trial => trial.Share * (trial.Display.Snapshot?.Fraction ?? 0));
                return done < 0.05 ? null : Elapsed * (Math.Max(0, work - done) / done);
            }
        }
    }

    /// <summary>One line on where the sweep stands.</summary>
    public string Line()
    {
        string paused = Count(TrialState.Paused) is > 0 and int count ? string.Create(CultureInfo.InvariantCulture, $"{count} stopped early, ") : "";
        string rest = Remaining is { } remaining && remaining > TimeSpan.Zero ? $", {ProgressText.Span(remaining)} to go" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{Count(TrialState.Finished)} of {sweep.Trials.Length} trials finished, {paused}{Count(TrialState.Failed)} failed, {jobs} at a time, {ProgressText.Span(Elapsed)}{rest}");
    }
}
