using Straggler.Aggregation;
using Straggler.Metrics;
using Straggler.Scheduling;

namespace Straggler.Simulation;

/// <summary>What the run loop itself needs to know.</summary>
public sealed record SimulationOptions
{
    /// <summary>Most clients in flight at once, C; at most the number of clients.</summary>
    public required int Concurrency { get; init; }

    /// <summary>Arrivals to process.</summary>
    public required long Rounds { get; init; }

    /// <summary>Other budgets.</summary>
    public StopOptions Stop { get; init; } = new();

    /// <summary>When arrivals are answered.</summary>
    public SchedulerOptions Scheduler { get; init; } = new();

    /// <summary>What is done to updates on their way to the strategy.</summary>
    public AggregationOptions Aggregation { get; init; } = new();

    /// <summary>When the model is evaluated, and for what.</summary>
    public EvaluationOptions Evaluation { get; init; } = new();

    /// <summary>Arrivals between checkpoints; null for none.</summary>
    public long? CheckpointEvery { get; init; }
}

/// <summary>Why a run ended.</summary>
public enum StopReason
{
    /// <summary>All arrivals asked for were processed.</summary>
    Rounds,

    /// <summary>The virtual-time budget was used up.</summary>
    VirtualTime,

    /// <summary>The server made all the steps asked for.</summary>
    ServerSteps,

    /// <summary>An evaluation reached the target accuracy.</summary>
    TargetAccuracy,

    /// <summary>So many tasks in a row were lost that the arrivals asked for will not come.</summary>
    AllLost,

    /// <summary>The record that the run followed has no more arrivals.</summary>
    RecordEnded,

    /// <summary>The user asked to stop.</summary>
    Cancelled,
}
