using Straggler.Metrics;
using Straggler.Simulation;

namespace Straggler.Recording;

/// <summary>What a summary says about the run as a program, rather than as a simulation.</summary>
/// <param name="Name">The run's name.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Strategy">The strategy's configuration name.</param>
/// <param name="Times">Where the wall time went.</param>
/// <param name="Workers">Worker threads.</param>
/// <param name="PeakMemoryBytes">Most memory resident.</param>
/// <param name="ParametersSha256">Fingerprint of the final model.</param>
public sealed record RunFacts(
    string Name,
    ulong Seed,
    string Strategy,
    RunTimes Times,
    int Workers,
    long PeakMemoryBytes,
    string ParametersSha256)
{
    /// <summary>Privacy of the run; null without noise.</summary>
    public PrivacySummary? Privacy { get; init; }

    /// <summary>The clock of a run that was not simulated; null for virtual time.</summary>
    public string? Clock { get; init; }
}

/// <summary>Sums a run up.</summary>
public static class RunSummaryFactory
{
    /// <summary>Puts the summary together.</summary>
    public static RunSummary Create(SimulationResult result, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(facts);
        RunStatistics run = result.Statistics;
        double[] clients = [.. result.LastEvaluation.ClientAccuracy.Where(accuracy => !double.IsNaN(accuracy))];
        return new()
        {
            Name = facts.Name,
            Seed = facts.Seed,
            Strategy = facts.Strategy,
            StopReason = Name(result.StopReason),
            VirtualTime = result.VirtualTime.Seconds,
            Arrivals = run.Arrivals,
            ServerSteps = result.ServerSteps,
            Refused = run.Refused,
            Dispatches = run.Dispatches,
            InFlight = result.InFlight,
            Final = new(result.LastEvaluation.Loss, result.LastEvaluation.Accuracy) { EvaluatingClients = result.LastEvaluation.EvaluatingClients },
            BestAccuracy = result.Convergence.Best,
            AccuracyAuc = result.Convergence.NormalizedArea,
            Targets = result.Convergence.Targets,
            Fairness = new(
                Statistics.OfSeveral(clients, Statistics.Gini),
                Statistics.OfSeveral(clients, Statistics.Jain),
                Statistics.OfSeveral(clients, Statistics.Variance),
                Statistics.OfSeveral(clients, values => Statistics.TailMean(values, 0.1, largest: false)),
                Statistics.OfSeveral(clients, values => Statistics.TailMean(values, 0.1, largest: true))),
            Staleness = new(
                run.Staleness.Mean, run.Staleness.Quantile(0.5), run.Staleness.Quantile(0.9), run.Staleness.Quantile(0.99), run.Staleness.Max),
            Participation = new(run.ParticipationGini),
            Bytes = new(run.BytesDown, run.BytesUp),
            EnergyJoules = run.EnergyJoules,
            Wasted = run.Wasted,
            WallSeconds = facts.Times.Wall.TotalSeconds,
            TrainingSeconds = facts.Times.Training.TotalSeconds,
            EvaluationSeconds = facts.Times.Evaluation.TotalSeconds,
            Profile = Profile(facts.Times),
            Privacy = facts.Privacy,
            Clock = facts.Clock,
            GradientSteps = run.GradientSteps,
            Workers = facts.Workers,
            PeakMemoryBytes = facts.PeakMemoryBytes,
            ParametersSha256 = facts.ParametersSha256,
        };
    }

    private static ProfileSummary Profile(RunTimes times) => new(
        times.Loop.TotalSeconds,
        times.Aggregation.TotalSeconds,
        times.TrainingWait.TotalSeconds,
        times.EvaluationWait.TotalSeconds,
        times.Other.TotalSeconds,
        times.Idle.TotalSeconds);

    private static string Name(StopReason reason) => reason switch
    {
        StopReason.Rounds => "rounds",
        StopReason.VirtualTime => "virtual_time",
        StopReason.ServerSteps => "server_steps",
        StopReason.TargetAccuracy => "target_accuracy",
        StopReason.AllLost => "all_lost",
        StopReason.RecordEnded => "record_ended",
        _ => "cancelled",
    };
}
