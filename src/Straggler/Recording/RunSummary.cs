using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Straggler.Recording;

/// <summary>What a run came to: summary.json.</summary>
public sealed record RunSummary
{
    /// <summary>The schema that this version writes.</summary>
    public const string CurrentSchema = "straggler.summary/1";

    /// <summary>Name and version of the file's schema.</summary>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>The run's name.</summary>
    public required string Name { get; init; }

    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The strategy's configuration name.</summary>
    public required string Strategy { get; init; }

    /// <summary>Why the run ended: <c>rounds</c>, <c>virtual_time</c>, <c>server_steps</c>, <c>target_accuracy</c>,
    /// <c>all_lost</c>, <c>record_ended</c>, <c>cancelled</c>.</summary>
    public required string StopReason { get; init; }

    /// <summary>Whether the run was cancelled before its end.</summary>
    [JsonIgnore]
    public bool IsCancelled => StopReason == "cancelled";

    /// <summary>Virtual seconds at the end.</summary>
    public required double VirtualTime { get; init; }

    /// <summary>Arrivals processed.</summary>
    public required long Arrivals { get; init; }

    /// <summary>Server steps made (the final version).</summary>
    public required long ServerSteps { get; init; }

    /// <summary>Arrivals refused, for any reason.</summary>
    public required long Refused { get; init; }

    /// <summary>Tasks dispatched.</summary>
    public required long Dispatches { get; init; }

    /// <summary>Tasks still out when the run ended.</summary>
    public required InFlightSummary InFlight { get; init; }

    /// <summary>The last evaluation.</summary>
    public required FinalSummary Final { get; init; }

    /// <summary>The best accuracy of any evaluation.</summary>
    public required double BestAccuracy { get; init; }

    /// <summary>Area under the accuracy curve over virtual time, divided by the run's length: a time-averaged accuracy.</summary>
    public required double AccuracyAuc { get; init; }

    /// <summary>When each target accuracy was first reached.</summary>
    public required ImmutableArray<TargetSummary> Targets { get; init; }

    /// <summary>How evenly the final model serves the clients.</summary>
    public required FairnessSummary Fairness { get; init; }

    /// <summary>Staleness over all arrivals.</summary>
    public required StalenessSummary Staleness { get; init; }

    /// <summary>How evenly the clients took part.</summary>
    public required ParticipationSummary Participation { get; init; }

    /// <summary>Traffic.</summary>
    public required TrafficSummary Bytes { get; init; }

    /// <summary>Joules that the arrivals' tasks cost the clients; NaN where no energy is counted.</summary>
    public double EnergyJoules { get; init; } = double.NaN;

    /// <summary>Tasks that were lost, and what they cost.</summary>
    public WastedSummary Wasted { get; init; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>Wall seconds of the run.</summary>
    public required double WallSeconds { get; init; }

    /// <summary>Wall seconds that workers spent training, summed over workers.</summary>
    public required double TrainingSeconds { get; init; }

    /// <summary>Wall seconds that workers spent evaluating, summed over workers.</summary>
    public required double EvaluationSeconds { get; init; }

    /// <summary>Where the wall time went.</summary>
    public ProfileSummary? Profile { get; init; }

    /// <summary>What noise has kept of the clients to themselves; null without noise.</summary>
    public PrivacySummary? Privacy { get; init; }

    /// <summary><c>wall</c> for a run of live clients, whose virtual seconds are seconds since its beginning; absent for a simulation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Clock { get; init; }

    /// <summary>Gradient steps behind the updates that were awaited.</summary>
    public required long GradientSteps { get; init; }

    /// <summary>Worker threads.</summary>
    public required int Workers { get; init; }

    /// <summary>Most memory the process had resident.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>SHA-256 of the final float32 values, little-endian, in PyTorch's element order, as model.safetensors holds them.</summary>
    public required string ParametersSha256 { get; init; }
}

/// <summary>Tasks out at the end of a run.</summary>
/// <param name="Tasks">How many.</param>
/// <param name="VersionLag">Sum over them of (final version − version sent): the second sum of the conservation law.</param>
public sealed record InFlightSummary(int Tasks, long VersionLag);

/// <summary>The last evaluation.</summary>
/// <param name="Loss">Mean cross-entropy on the test set.</param>
/// <param name="Accuracy">Fraction correct on the test set.</param>
public sealed record FinalSummary(double Loss, double Accuracy)
{
    /// <summary>How many live clients evaluated; null where a test set was evaluated.</summary>
    public int? EvaluatingClients { get; init; }
}

/// <summary>When an accuracy was first seen; nulls where it never was.</summary>
/// <param name="Accuracy">The target.</param>
/// <param name="Reached">Whether any evaluation reached it.</param>
/// <param name="VirtualTime">Virtual seconds at that evaluation.</param>
/// <param name="Arrivals">Arrivals at that evaluation.</param>
/// <param name="ServerSteps">Server steps at that evaluation.</param>
public sealed record TargetSummary(double Accuracy, bool Reached, double? VirtualTime, long? Arrivals, long? ServerSteps);

/// <summary>Spread of the final per-client accuracies; NaN where fewer than two are known.</summary>
/// <param name="Gini">Gini coefficient, 0 when equal.</param>
/// <param name="Jain">Jain's index, 1 when equal.</param>
/// <param name="Variance">Population variance.</param>
/// <param name="Worst10">Mean accuracy of the worst tenth of clients.</param>
/// <param name="Best10">Mean accuracy of the best tenth of clients.</param>
public sealed record FairnessSummary(double Gini, double Jain, double Variance, double Worst10, double Best10);

/// <summary>Staleness over all arrivals, in versions.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="P50">Median.</param>
/// <param name="P90">Ninth decile.</param>
/// <param name="P99">99th percentile.</param>
/// <param name="Max">Largest.</param>
public sealed record StalenessSummary(double Mean, double P50, double P90, double P99, double Max);

/// <summary>Arrivals per client.</summary>
/// <param name="Gini">Gini coefficient of the number of arrivals, over all clients.</param>
public sealed record ParticipationSummary(double Gini);

/// <summary>Where the wall time went: the loop's thread aggregates, waits or does something else; workers that neither train nor evaluate idle.</summary>
/// <param name="LoopSeconds">Wall seconds of the event loop: the sum of the next four.</param>
/// <param name="AggregationSeconds">In the strategy and in the check for NaN.</param>
/// <param name="TrainingWaitSeconds">Waiting for the training whose arrival was next.</param>
/// <param name="EvaluationWaitSeconds">Waiting for an evaluation.</param>
/// <param name="OtherSeconds">Dispatching, records, checkpoints.</param>
/// <param name="IdleSeconds">Summed over the workers; with training and evaluation as long as the loop, once for each worker.</param>
public sealed record ProfileSummary(
    double LoopSeconds,
    double AggregationSeconds,
    double TrainingWaitSeconds,
    double EvaluationWaitSeconds,
    double OtherSeconds,
    double IdleSeconds);

/// <summary>Differential privacy of the run with respect to all data of one client.</summary>
/// <param name="Epsilon">ε for the client who gave away most, without any amplification by sampling.</param>
/// <param name="Delta">δ.</param>
/// <param name="NoiseMultiplier">z.</param>
/// <param name="Releases">Full noisy releases that this client's updates amount to.</param>
public sealed record PrivacySummary(double Epsilon, double Delta, double NoiseMultiplier, double Releases);

/// <summary>Bytes of model parameters sent.</summary>
/// <param name="Down">Server to clients.</param>
/// <param name="Up">Clients to server.</param>
public sealed record TrafficSummary(long Down, long Up);

/// <summary>Tasks that were lost, and what they cost.</summary>
/// <param name="Tasks">How many.</param>
/// <param name="Dropout">Of these, broken off on the client.</param>
/// <param name="Upload">Of these, lost on the way to the server.</param>
/// <param name="Offline">Of these, given up by clients that went off.</param>
/// <param name="Timeout">Of these, given up by the server.</param>
/// <param name="CalledBack">Of these, called back by the server: their round was over, or they had become too stale.</param>
/// <param name="VirtualSeconds">Virtual seconds from their dispatch until the server noticed, summed.</param>
/// <param name="BytesDown">Bytes sent to clients for them; part of all bytes sent.</param>
/// <param name="BytesUp">Bytes sent by clients in vain; not among the bytes received.</param>
public sealed record WastedSummary(
    long Tasks, long Dropout, long Upload, long Offline, long Timeout, long CalledBack, double VirtualSeconds, long BytesDown, long BytesUp);
