using Straggler.Checkpoints;
using Straggler.Experiments;

namespace Straggler.Lab.Running;

/// <summary>A run's place, taken for this process, and its checkpoint, found but not loaded: what can be refused before anything is started.</summary>
internal sealed class RunClaim : IDisposable
{
    private readonly FolderLock? _own;

    private RunClaim(RunDirectory directory, FolderLock? own, RunCheckpoints? checkpoints) => (Directory, _own, Checkpoints) = (directory, own, checkpoints);

    /// <summary>The run's directory.</summary>
    public RunDirectory Directory { get; }

    /// <summary>Keeps checkpoints; null for none.</summary>
    public RunCheckpoints? Checkpoints { get; }

    /// <summary>Whether the run was begun before.</summary>
    public bool IsResumed { get; private init; }

    /// <summary>Whether there is a checkpoint to go on from.</summary>
    public bool HasCheckpoint { get; private init; }

    /// <summary>Takes the place of a new run, whether or not it keeps checkpoints: others might go on with it that do.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="experiment">Its parts.</param>
    /// <param name="directory">The run's directory.</param>
    /// <param name="held">The lock on the run, if the caller has and keeps it.</param>
    /// <exception cref="RunDirectoryException">Another process is at work on the run.</exception>
    public static RunClaim Begin(ExperimentPlan plan, PreparedExperiment experiment, RunDirectory directory, FolderLock? held = null) =>
        Take(directory, held, own => new(directory, own, plan.Checkpoint.Every is null ? null : Open(plan, experiment, directory)));

    /// <summary>Takes the place of a run that goes on, and looks for its newest checkpoint; besides the folder of checkpoints and the lock it changes nothing.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="experiment">Its parts.</param>
    /// <param name="directory">The run's directory.</param>
    /// <param name="warn">Told of damaged checkpoints.</param>
    /// <param name="held">The lock on the run, if the caller has and keeps it.</param>
    /// <exception cref="CheckpointException">The checkpoints are damaged or belong to another run.</exception>
    /// <exception cref="RunDirectoryException">Another process is at work on the run.</exception>
    public static RunClaim Resume(
        ExperimentPlan plan, PreparedExperiment experiment, RunDirectory directory, Action<string> warn, FolderLock? held = null)
    {
        CheckResumable(plan, directory);
        return Take(directory, held, own =>
        {
            RunCheckpoints checkpoints = Open(plan, experiment, directory);
            try
            {
                bool found = checkpoints.Find(warn);
                return found || plan.Checkpoint.Every is not null
                    ? new(directory, own, checkpoints) { IsResumed = true, HasCheckpoint = found }
                    : throw NoCheckpoints(directory);
            }
            catch
            {
                checkpoints.Dispose();
                throw;
            }
        });
    }

    /// <summary>Looks whether a run can be gone on with at all.</summary>
    /// <exception cref="CheckpointException">It keeps no checkpoints.</exception>
    public static void CheckResumable(ExperimentPlan plan, RunDirectory directory)
    {
        if (plan.Checkpoint.Every is null && !RunCheckpoints.HasAny(directory))
        {
            throw NoCheckpoints(directory);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Checkpoints?.Dispose();
        _own?.Dispose();
    }

    private static RunClaim Take(RunDirectory directory, FolderLock? held, Func<FolderLock?, RunClaim> claim)
    {
        FolderLock? own = held is null ? directory.Lock() : null;
        try
        {
            return claim(own);
        }
        catch
        {
            own?.Dispose();
            throw;
        }
    }

    private static RunCheckpoints Open(ExperimentPlan plan, PreparedExperiment experiment, RunDirectory directory) =>
        new(directory, RunIdentity.Of(plan, experiment.DataFingerprint()));

    private static CheckpointException NoCheckpoints(RunDirectory directory) =>
        new($"\"{directory.Path}\" has no checkpoints (checkpoint.every is null), so it cannot be gone on with.");
}
