using System.Collections.Immutable;
using Straggler.Availability;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Delays;
using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Training;

namespace Straggler.SelfCheck;

/// <summary>One run of the engine, described in the terms that the laws are stated in.</summary>
internal sealed record Timeline
{
    /// <summary>Number of clients n.</summary>
    public required int Clients { get; init; }

    /// <summary>Clients in flight, C.</summary>
    public required int Concurrency { get; init; }

    /// <summary>Arrivals to process, T.</summary>
    public long Arrivals { get; init; } = long.MaxValue;

    /// <summary>Virtual seconds at which the run ends, t; null to count arrivals only.</summary>
    public double? Until { get; init; }

    /// <summary>How long tasks take.</summary>
    public required DelayOptions Delay { get; init; }

    /// <summary>What a task sends in each direction; null for the model that is learned.</summary>
    public long? Bytes { get; init; }

    /// <summary>When clients are on.</summary>
    public AvailabilityOptions Availability { get; init; } = new();

    /// <summary>How tasks are lost.</summary>
    public FailureOptions Failure { get; init; } = new();

    /// <summary>What each client's delays are multiplied by when they are proportional to the work; empty for 1.</summary>
    public ImmutableArray<int> Work { get; init; } = [];

    /// <summary>When arrivals are answered.</summary>
    public SchedulerOptions Scheduler { get; init; } = new();

    /// <summary>The server's rule; a step at each arrival by default.</summary>
    public StrategyFactory Strategy { get; init; } = _ => new FedAsync(new());

    /// <summary>Stands between the engine and the trainer; null to watch nothing there.</summary>
    public Func<IClientTrainer, IClientTrainer>? Probe { get; init; }

    /// <summary>What is learned, on how many workers; null for the timeline alone.</summary>
    public (ILearningProblem Problem, int Workers)? Learning { get; init; }

    /// <summary>Who keeps checkpoints, and after how many arrivals; null for nobody.</summary>
    public (ICheckpointKeeper Keeper, long Every)? Checkpoints { get; init; }

    /// <summary>The checkpoint to go on from; null to begin at the beginning.</summary>
    public Stream? From { get; init; }

    /// <summary>The seed; drawn by the laboratory where it is null.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Delays of one distribution.</summary>
    /// <param name="distribution">Its name in the table of distributions.</param>
    /// <param name="per">When they are drawn.</param>
    /// <param name="proportional">Whether they are multiplied by the work.</param>
    /// <param name="options">Its options; the defaults if null.</param>
    public static DelayOptions DelayOf(
        string distribution, DelayScope per = DelayScope.Task, bool proportional = false, object? options = null)
    {
        Choice<IDistribution> choice = BuiltIns.Distributions.Choose(distribution);
        return new() { Dist = options is null ? choice : choice with { Options = options }, Per = per, Proportional = proportional };
    }
}
