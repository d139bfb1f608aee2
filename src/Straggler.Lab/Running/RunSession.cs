using Straggler.Checkpoints;
using Straggler.Experiments;
using Straggler.Recording;
using Straggler.Reports;
using Straggler.Reports.TensorBoard;
using Straggler.Reports.Tracking;
using Straggler.Simulation;

namespace Straggler.Lab.Running;

/// <summary>One process's work on a run: the simulation with its recorders and checkpoints, begun or gone on with.</summary>
internal sealed class RunSession : IDisposable
{
    private readonly RunCheckpoints? _checkpoints;
    private readonly RunRecorder _recorder;
    private readonly TensorBoardObserver? _tensorBoard;
    private readonly MlflowTracker? _mlflow;
    private readonly FederatedSimulation _simulation;
    private readonly RunProgress _progress;

    private RunSession(ExperimentPlan plan, PreparedExperiment experiment, RunDirectory directory, SessionStart start)
    {
        Directory = directory;
        if (plan.Memory.VersionBytes() is { } bytes)
        {
            experiment.Versions.LimitMemory(bytes, directory.PathOf("versions.tmp"), start.Warn);
        }

        _checkpoints = start.Checkpoints;
        _recorder = new(directory, plan, TimeProvider.System, start.Continued);
        _tensorBoard = plan.Logging.Tensorboard ? new(directory.Path, TimeProvider.System, start.Continued) : null;
        _mlflow = plan.Logging.Mlflow is { } mlflow ? Mlflow.Track(directory.Path, mlflow, start.Warn) : null;
        _progress = new(plan.Rounds, TimeProvider.System);
        _simulation = experiment.CreateSimulation(_checkpoints, [_recorder, .. Observers(_tensorBoard, _mlflow), _progress]);
        Clock = new(start.Timestamp, experiment, _simulation.Clock, TimeProvider.System);
        if (_checkpoints is not null)
        {
            Include(_checkpoints);
        }
    }

    /// <summary>The run's directory.</summary>
    public RunDirectory Directory { get; }

    /// <summary>Wall time of the run.</summary>
    public RunClock Clock { get; }

    /// <summary>Begins a run.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="experiment">Its parts.</param>
    /// <param name="directory">The run's directory.</param>
    /// <param name="started">Timestamp of the process's start.</param>
    /// <param name="warn">Told of what goes wrong and does not matter.</param>
    public static RunSession Begin(
        ExperimentPlan plan, PreparedExperiment experiment, RunDirectory directory, long started, Action<string> warn)
    {
        RunCheckpoints? checkpoints = plan.Checkpoint.Every is null
            ? null : new(directory, RunIdentity.Of(plan, experiment.DataFingerprint()));
        return new(plan, experiment, directory, new(checkpoints, Continued: false, started, warn));
    }

    /// <summary>Goes on with a run from its newest checkpoint, or from its beginning if it was killed before the first one.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="experiment">Its parts.</param>
    /// <param name="directory">The run's directory.</param>
    /// <param name="started">Timestamp of the process's start.</param>
    /// <param name="warn">Told of damaged checkpoints.</param>
    /// <exception cref="CheckpointException">The checkpoints are damaged or belong to another run.</exception>
    public static RunSession Resume(
        ExperimentPlan plan, PreparedExperiment experiment, RunDirectory directory, long started, Action<string> warn)
    {
        if (plan.Checkpoint.Every is null && !RunCheckpoints.HasFolder(directory))
        {
            throw NoCheckpoints(directory);
        }

        RunCheckpoints checkpoints = new(directory, RunIdentity.Of(plan, experiment.DataFingerprint()));
        RunSession? session = null;
        try
        {
            bool found = checkpoints.Find(warn);
            if (!found)
            {
                if (plan.Checkpoint.Every is null)
                {
                    throw NoCheckpoints(directory);
                }

                RunResults.Clear(directory);
            }

            session = new(plan, experiment, directory, new(checkpoints, Continued: found, started, warn));
            if (found)
            {
                // Before the tables are cut: at no moment do cut tables stand beside the claim that the run is finished.
                RunResults.Reopen(directory);
                checkpoints.Load(session._simulation);
            }

            directory.Update(plan);
            return session;
        }
        catch
        {
            session?.Dispose();
            checkpoints.Dispose();
            throw;
        }
    }

    /// <summary>Runs to the end.</summary>
    public async Task<SimulationResult> RunAsync(IRunDisplay display, CancellationToken cancellation)
    {
        Task<SimulationResult> run = Task.Run(() => _simulation.RunAsync(cancellation), CancellationToken.None);
        await display.ShowAsync(_progress, run).ConfigureAwait(false);
        return await run.ConfigureAwait(false);
    }

    /// <summary>Closes the records and writes what is written at the end, the report last of all.</summary>
    public void Finish(RunSummary summary, IEnumerable<ClientRecord> clients, IEnumerable<RecordedTask> outstanding)
    {
        _recorder.Dispose();
        _recorder.Finish(summary, clients, outstanding);
        ReportWriter.Write(Directory.Path, figures => _tensorBoard?.Conclude(figures));
        _mlflow?.Complete(summary.IsCancelled);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _simulation.Dispose();
        _mlflow?.Dispose();
        _tensorBoard?.Dispose();
        _recorder.Dispose();
        _checkpoints?.Dispose();
    }

    private static IEnumerable<IRunObserver> Observers(params IRunObserver?[] observers) => observers.OfType<IRunObserver>();

    private static CheckpointException NoCheckpoints(RunDirectory directory) =>
        new($"\"{directory.Path}\" has no checkpoints (checkpoint.every is null), so it cannot be gone on with.");

    private void Include(RunCheckpoints checkpoints)
    {
        checkpoints.Include("clock", Clock);
        checkpoints.Include("progress", _progress);
        checkpoints.Include("recorder", _recorder);
        if (_tensorBoard is not null)
        {
            checkpoints.Include("tensorboard", _tensorBoard);
        }
    }

    /// <summary>How a session starts.</summary>
    /// <param name="Checkpoints">Keeps checkpoints; null for none.</param>
    /// <param name="Continued">Whether the recorded files are there to go on with.</param>
    /// <param name="Timestamp">When the process started.</param>
    /// <param name="Warn">Told of what goes wrong and does not matter.</param>
    private sealed record SessionStart(RunCheckpoints? Checkpoints, bool Continued, long Timestamp, Action<string> Warn);
}
