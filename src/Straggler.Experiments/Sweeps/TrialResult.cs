using Straggler.Recording;

namespace Straggler.Experiments.Sweeps;

/// <summary>Where a trial stands.</summary>
public enum TrialState
{
    /// <summary>Nothing of it is there.</summary>
    Waiting,

    /// <summary>It was begun and cut off; it can go on.</summary>
    Interrupted,

    /// <summary>It came to a rung of a search and was not sent on; it can go on.</summary>
    Paused,

    /// <summary>It is done.</summary>
    Finished,

    /// <summary>It went wrong.</summary>
    Failed,
}

/// <summary>A trial and what came of it.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Summary">What it came to, as far as it got; null without results.</param>
/// <param name="Problem">What went wrong; empty otherwise.</param>
public sealed record TrialResult(Trial Trial, TrialState State, RunSummary? Summary = null, string Problem = "")
{
    /// <summary>The state as tables and messages name it.</summary>
    public string StateWord => State.ToString().ToLowerInvariant();

    /// <summary>Looks at a trial's folder.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="parent">The folder of the sweep's trials.</param>
    public static TrialResult Look(Trial trial, string parent)
    {
        ArgumentNullException.ThrowIfNull(trial);
        string path = Path.Combine(parent, trial.Name);
        if (!File.Exists(Path.Combine(path, "config.yaml")))
        {
            return new(trial, TrialState.Waiting);
        }

        return RunResults.Finished(RunDirectory.Open(path)) is { } summary ? Of(trial, summary) : new(trial, TrialState.Interrupted);
    }

    /// <summary>What a trial came to that ended by itself, or was cut off.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="summary">Its summary.</param>
    public static TrialResult Of(Trial trial, RunSummary summary)
    {
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(summary);
        bool toTheEnd = summary.StopReason != "rounds" || summary.Arrivals >= trial.Plan.Rounds;
        return new(trial, summary.IsCancelled ? TrialState.Interrupted : toTheEnd ? TrialState.Finished : TrialState.Paused, summary);
    }

    /// <summary>Whether it has been begun and can go on.</summary>
    public bool CanGoOn => State is TrialState.Interrupted or TrialState.Paused;

    /// <summary>Whether it has come to so many arrivals, or to an end before them.</summary>
    public bool HasCome(long rounds) => Summary is not null && (State == TrialState.Finished || (State == TrialState.Paused && Summary.Arrivals >= rounds));
}
