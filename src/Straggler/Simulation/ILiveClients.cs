using Straggler.Recording;
using Straggler.Training;

namespace Straggler.Simulation;

/// <summary>Clients outside of this process, who come and go as they like and answer by a real clock.</summary>
/// <remarks>
/// With them the one loop runs by the wall clock: nobody knows at dispatch when a task ends, so the loop listens between two events. What
/// happens is stamped once, where it is heard, and from then on taken in the order of the stamps, exactly as in virtual time: the same
/// arrivals at the same moments come to the same model. <see cref="IClientTrainer.Start"/> sends a task out; its result is there before
/// the answer is heard of. All members are called on the loop's thread; tasks are given up on any.
/// </remarks>
public interface ILiveClients : IClientTrainer
{
    /// <summary>The clock starts.</summary>
    /// <param name="now">What it shows: 0, or where a resumed run left off.</param>
    void Begin(VirtualTime now);

    /// <summary>Whether a client could take a task now: it is there, and what happened to its last task has been told.</summary>
    /// <param name="client">The client, 0-based.</param>
    bool IsReady(int client);

    /// <summary>Waits for what happens next.</summary>
    /// <param name="until">The moment up to which it is waited for; <see cref="VirtualTime.Never"/> for as long as it takes.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>What happened, at a moment that is neither before the one told last nor after <paramref name="until"/>; null if nothing did until then.</returns>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    ValueTask<LiveEvent?> NextAsync(VirtualTime until, CancellationToken cancellation);
}

/// <summary>What happened to a live client.</summary>
public enum LiveEventKind
{
    /// <summary>It could take a task, having been away or busy with a task that had been given up.</summary>
    Ready,

    /// <summary>It has answered: the result of its task is there, whole and of the model's shape. If the task was given up, it is ready.</summary>
    Answered,

    /// <summary>Its task is lost; it may be gone itself.</summary>
    Lost,
}

/// <summary>Something that happened to a live client.</summary>
/// <param name="Kind">What.</param>
/// <param name="Client">The client, 0-based.</param>
/// <param name="At">When, in seconds on the run's clock.</param>
public readonly record struct LiveEvent(LiveEventKind Kind, int Client, VirtualTime At)
{
    /// <summary>How its task was lost.</summary>
    public UpdateOutcome Loss { get; init; } = UpdateOutcome.LostOffline;

    /// <summary>How many samples it says that it trained on; null if it says nothing.</summary>
    public int? Samples { get; init; }

    /// <summary>How many seconds it says that its training took; null if it says nothing. Not believed if the task took less.</summary>
    public double? TrainSeconds { get; init; }
}
