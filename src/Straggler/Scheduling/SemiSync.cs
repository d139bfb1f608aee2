using System.ComponentModel.DataAnnotations;
using Straggler.Configuration;
using Straggler.Simulation;

namespace Straggler.Scheduling;

/// <summary>Options of <see cref="SemiSync"/>.</summary>
public sealed record SemiSyncOptions
{
    /// <summary>Updates with which a round ends, K; at most the concurrency.</summary>
    [Range(1, int.MaxValue)]
    public int MinUpdates { get; init; } = 5;

    /// <summary>Virtual seconds after which a round ends with fewer, Δt; null to wait for them.</summary>
    [Range(0.0, 1e15, MinimumIsExclusive = true)]
    public double? PeriodS { get; init; }
}

/// <summary>Options of <see cref="SemiSync"/> by time alone.</summary>
public sealed record IntervalOptions
{
    /// <summary>Virtual seconds from one round's end to the next, Δt; of the order of a task's duration.</summary>
    [Range(0.0, 1e15, MinimumIsExclusive = true)]
    public double PeriodS { get; init; } = 1;
}

/// <summary>Semi-synchronous rounds: a round ends with its K-th update, or Δt after it began; who is late arrives in a later round.</summary>
/// <remarks>
/// Those who have come back leave again together at the round's end; the others stay out and their updates are stale when they come. With
/// K = concurrency and no Δt these are synchronous rounds. Updates that come at the very moment of Δt belong to the round that ends; the
/// K-th update ends the round even where others come at the same instant, which are then the first of the next. A round also ends when
/// nobody is out any more, so that lost tasks cannot hold it up. Source: Δt, Fraboni et al. 2023, arXiv 2206.10189 (FedFix); K, Ma et al.
/// 2021, "FedSA: a semi-asynchronous federated learning mechanism in heterogeneous edge computing", IEEE JSAC 39(12).
/// </remarks>
public sealed class SemiSync : IDispatchPolicy
{
    private readonly int? _minUpdates;
    private readonly VirtualDuration? _period;

    /// <summary>Rounds by number and time.</summary>
    /// <exception cref="InvalidOptionException">More updates are asked for than clients are out, or than the strategy may let come.</exception>
    public SemiSync(SemiSyncOptions options, SchedulingServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        if (options.MinUpdates > services.Concurrency)
        {
            throw new InvalidOptionException("scheduler.min_updates",
                $"{options.MinUpdates} updates never come together with {services.Concurrency} clients in flight. "
                + "Allowed: at most the concurrency; interval ends rounds by time alone.");
        }

        if (services.HoldsClients && options.PeriodS is null)
        {
            throw new InvalidOptionException("scheduler.period_s", "the strategy makes clients wait for each other, so that min_updates may never "
                + "come. Allowed: a number > 0, or another scheduler.");
        }

        Groups = new(services.Concurrency);
        _minUpdates = options.MinUpdates;
        _period = options.PeriodS is { } seconds ? new(seconds) : null;
    }

    /// <summary>Rounds by time alone.</summary>
    public SemiSync(IntervalOptions options, SchedulingServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        Groups = new(services.Concurrency);
        _period = new(options.PeriodS);
    }

    /// <inheritdoc/>
    public ClientGroups Groups { get; }

    /// <inheritdoc/>
    public int Wanted(in Fleet fleet) => fleet.Concurrency - fleet.InFlight - fleet.Back;

    /// <inheritdoc/>
    public bool EndsRound(in Fleet fleet, VirtualTime now) => _minUpdates is { } least && (fleet.Arrived >= least || fleet.InFlight == 0);

    /// <inheritdoc/>
    public VirtualTime Deadline(in Fleet fleet) => _period is { } period ? fleet.Began + period : VirtualTime.Never;
}
