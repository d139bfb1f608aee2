using Straggler.Delays;
using Straggler.Metrics;
using Straggler.Strategies;

namespace Straggler.Recording;

/// <summary>Watches a run. Observers are called in order on the loop's thread and cannot change the run.</summary>
public interface IRunObserver
{
    /// <summary>
    /// Whether to be told of updates the moment they arrive. An evaluation is measured beside the trainings; observers are told of what
    /// came after it when it is measured, so that everything comes in its order, unless they ask for this.
    /// </summary>
    bool TellUpdatesAtOnce => false;

    /// <summary>Whether to be told of local models.</summary>
    bool TakesLocalModels => false;

    /// <summary>
    /// A local model arrived that the strategy has not refused by its metadata: told at once, as the client trained it, before it is clipped or
    /// compressed, looked at for NaN, or given to the strategy. The update's vectors are good until this returns.
    /// </summary>
    /// <param name="arrival">The <see cref="UpdateRecord.Arrival"/> that <see cref="OnUpdate"/> will tell of.</param>
    /// <param name="update">Both ends of the training, and its report.</param>
    void OnLocalModel(long arrival, in ClientUpdate update)
    {
    }

    /// <summary>An update arrived and was applied, buffered or refused.</summary>
    void OnUpdate(in UpdateRecord update);

    /// <summary>A task was lost: no update will come of it.</summary>
    /// <param name="task">The task; its <see cref="UpdateRecord.Arrival"/> is that of the arrival before.</param>
    void OnLost(in UpdateRecord task)
    {
    }

    /// <summary>The server's model was evaluated.</summary>
    void OnEvaluation(EvaluationRecord evaluation);
}

/// <summary>What became of an arrival.</summary>
public enum UpdateOutcome
{
    /// <summary>The server used it, at once or in its buffer.</summary>
    Applied,

    /// <summary>The strategy refused it: too stale.</summary>
    RefusedStale,

    /// <summary>The server refused it: it held NaN or infinite values.</summary>
    RefusedNonFinite,

    /// <summary>The task was broken off on the client.</summary>
    LostDropout,

    /// <summary>The update was lost on its way to the server.</summary>
    LostUpload,

    /// <summary>The client went off in the midst of the task and gave it up.</summary>
    LostOffline,

    /// <summary>The server waited no longer.</summary>
    LostTimeout,

    /// <summary>The server called the task back: its round was over, or it had become too stale.</summary>
    LostCalledBack,
}

/// <summary>Tells outcomes apart.</summary>
public static class UpdateOutcomes
{
    /// <summary>Whether there was no arrival.</summary>
    public static bool IsLoss(this UpdateOutcome outcome) => outcome >= UpdateOutcome.LostDropout;

    /// <summary>The word for an outcome in tables; a public contract.</summary>
    public static string Word(this UpdateOutcome outcome) => outcome switch
    {
        UpdateOutcome.Applied => "applied",
        UpdateOutcome.RefusedStale => "refused_stale",
        UpdateOutcome.RefusedNonFinite => "refused_non_finite",
        UpdateOutcome.LostDropout => "lost_dropout",
        UpdateOutcome.LostUpload => "lost_upload",
        UpdateOutcome.LostOffline => "lost_offline",
        UpdateOutcome.LostTimeout => "lost_timeout",
        UpdateOutcome.LostCalledBack => "lost_called_back",
        _ => throw new InvalidOperationException($"Tables have no word for the outcome {outcome}."),
    };
}

/// <summary>One arrival, or a task that was lost: a row of updates.csv.</summary>
/// <param name="Arrival">Arrivals so far, this one included: 1, 2, ...</param>
/// <param name="VirtualTime">Virtual seconds at the arrival, or when the server noticed the loss.</param>
/// <param name="Client">The client, 0-based.</param>
/// <param name="DispatchVirtualTime">Virtual seconds at which its task was dispatched.</param>
/// <param name="BaseVersion">The version it was sent.</param>
/// <param name="Version">The server's version when the arrival was processed, before any step it caused.</param>
/// <param name="Weight">The weight that the strategy gave it (its meaning is the strategy's); 0 when refused.</param>
/// <param name="Samples">Training samples of the client.</param>
/// <param name="TrainLoss">Mean local training loss; NaN where nothing was trained.</param>
/// <param name="Outcome">What became of it.</param>
public readonly record struct UpdateRecord(
    long Arrival,
    double VirtualTime,
    int Client,
    double DispatchVirtualTime,
    long BaseVersion,
    long Version,
    double Weight,
    int Samples,
    double TrainLoss,
    UpdateOutcome Outcome)
{
    /// <summary>How long the task's parts took, in virtual seconds; NaN where that is not known, as of a lost task's.</summary>
    /// <remarks>What the duration has beyond them the task waited: for its client to be free or on again, or for the server to ask.</remarks>
    public TaskDelay Parts { get; init; } = TaskDelay.Unknown;

    /// <summary>Version lag τ: server version at arrival minus the version sent.</summary>
    public long Staleness => Version - BaseVersion;
}
