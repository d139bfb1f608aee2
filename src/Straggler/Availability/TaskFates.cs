using Straggler.Delays;
using Straggler.Recording;
using Straggler.Simulation;

namespace Straggler.Availability;

/// <summary>Knows at dispatch what becomes of a task: how much of it is done, when it ends, and whether it arrives.</summary>
/// <remarks>
/// All draws are named by the client and how many tasks it was sent before: <c>failure.dropout</c> (whether, and where),
/// <c>failure.upload</c>, <c>partial_work</c>. So every strategy under one seed meets the same fates. Not thread-safe.
/// </remarks>
/// <param name="availability">When clients are on.</param>
/// <param name="rule">What becomes of a task whose client goes off.</param>
/// <param name="failure">How tasks are lost; null for not at all.</param>
/// <param name="partial">How much of its work a task is; null for all of it.</param>
/// <param name="streams">The run's streams.</param>
public sealed class TaskFates(
    IAvailability availability, MidTaskRule rule, FailureOptions? failure, PartialWorkOptions? partial, RandomStreams streams)
{
    private static readonly StreamPurpose _dropout = new("failure.dropout");
    private static readonly StreamPurpose _upload = new("failure.upload");
    private static readonly StreamPurpose _partial = new("partial_work");
    private readonly FailureOptions _failure = failure ?? new();
    private readonly IDistribution? _share = partial?.Dist.Create();

    /// <summary>The fates of a configuration; null if everybody is always on, nothing is lost and all work is done.</summary>
    /// <exception cref="Configuration.InvalidOptionException">A file that the options name is missing or wrong.</exception>
    public static TaskFates? Create(
        AvailabilityOptions availability, FailureOptions failure, PartialWorkOptions? partial, AvailabilityServices services)
    {
        ArgumentNullException.ThrowIfNull(availability);
        ArgumentNullException.ThrowIfNull(failure);
        ArgumentNullException.ThrowIfNull(services);
        return availability.IsAlways && failure.IsNever && partial is null
            ? null : new(availability.Create(services), availability.MidTask, failure, partial, services.Streams);
    }

    /// <summary>Whether tasks may take longer than they need, or be lost.</summary>
    public bool MayFail => Availability is not AlwaysOn || !_failure.IsNever;

    /// <summary>When clients are on.</summary>
    public IAvailability Availability { get; } = availability;

    /// <summary>The share of its local steps that a client does; above 0 and at most 1.</summary>
    /// <param name="client">The client.</param>
    /// <param name="occurrence">How many tasks it was sent before.</param>
    public double WorkShare(int client, int occurrence)
    {
        if (partial is null)
        {
            return 1;
        }

        RandomStream random = streams.Open(_partial, client, occurrence);
        return random.NextDouble() < partial.Probability ? Math.Clamp(_share!.Sample(ref random), partial.MinFraction, 1) : 1;
    }

    /// <summary>What becomes of a task.</summary>
    /// <param name="client">The client.</param>
    /// <param name="occurrence">How many tasks it was sent before.</param>
    /// <param name="dispatched">When it is dispatched.</param>
    /// <param name="duration">How long it takes without a break, for the share of work that is done.</param>
    /// <exception cref="InvalidOperationException">The task would never end.</exception>
    public TaskFate Foresee(int client, int occurrence, VirtualTime dispatched, VirtualDuration duration)
    {
        VirtualTime limit = _failure.Timeout is { } seconds ? dispatched + new VirtualDuration(seconds) : VirtualTime.Never;
        double? breaksAt = BreaksAt(client, occurrence);
        VirtualDuration work = breaksAt is { } point ? duration * point : duration;
        WorkEnd end = Availability.EndOfWork(rule, client, dispatched, work, limit);
        UpdateOutcome? loss = !end.Done ? (end.At >= limit ? UpdateOutcome.LostTimeout : UpdateOutcome.LostOffline)
            : breaksAt is not null ? UpdateOutcome.LostDropout
            : IsUploadLost(client, occurrence) ? UpdateOutcome.LostUpload
            : null;
        VirtualTime noticed = loss is not null && _failure.Notice == LossNotice.Timeout ? limit : end.At;
        return noticed < VirtualTime.Never ? new(noticed, loss)
            : throw new InvalidOperationException($"The task of client {client} from virtual time {dispatched} on would never end: the client stays off.");
    }

    /// <summary>What may befall a task whose end depends on other tasks. It has the same losses as with <see cref="Foresee"/>.</summary>
    /// <exception cref="InvalidOperationException">Clients that go off would have to be watched.</exception>
    internal TaskHazard HazardOf(int client, int occurrence)
    {
        if (rule != MidTaskRule.Finish && Availability is not AlwaysOn)
        {
            throw new InvalidOperationException($"The rule {rule} for clients that go off needs tasks whose end is known when they are dispatched.");
        }

        double? breaksAt = BreaksAt(client, occurrence);
        UpdateOutcome? loss = breaksAt is not null ? UpdateOutcome.LostDropout : IsUploadLost(client, occurrence) ? UpdateOutcome.LostUpload : null;
        return new(
            loss, breaksAt, _failure.Timeout is { } seconds ? new VirtualDuration(seconds) : null, _failure.Notice == LossNotice.Timeout);
    }

    /// <summary>The fraction of its work after which a task is broken off; null if it is not.</summary>
    private double? BreaksAt(int client, int occurrence)
    {
        if (_failure.Dropout == 0)
        {
            return null;
        }

        RandomStream random = streams.Open(_dropout, client, occurrence);
        return random.NextDouble() < _failure.Dropout ? random.NextDouble() : null;
    }

    private bool IsUploadLost(int client, int occurrence) =>
        _failure.UploadLoss > 0 && streams.Open(_upload, client, occurrence).NextDouble() < _failure.UploadLoss;
}
