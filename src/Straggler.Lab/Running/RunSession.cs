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
    private readonly RunClaim _claim;
    private readonly RunRecorder _recorder;
    private readonly LocalModelRecorder? _localModels;
    private readonly TensorBoardObserver? _tensorBoard;
    private readonly MlflowTracker? _mlflow;
    private readonly FederatedSimulation _simulation;
    private readonly RunProgress _progress;
    private readonly bool _drawsFigures;

    private RunSession(ExperimentPlan plan, PreparedExperiment experiment, RunClaim claim, long started, Action<string> warn)
    {
        _claim = claim;
        RunDirectory directory = Directory = claim.Directory;
        if (plan.Memory.VersionBytes() is { } bytes)
        {
            experiment.Versions.LimitMemory(bytes, directory.PathOf("versions.tmp"), warn);
        }

        _recorder = new(directory, plan, TimeProvider.System, claim.HasCheckpoint);
        _localModels = plan.Recording.LocalModels && experiment.Layout is { } layout
            ? new(directory, layout, experiment.ToCanonical, plan.Checkpoint.Every is not null, claim.HasCheckpoint) : null;
        _tensorBoard = plan.Logging.Tensorboard ? new(directory.Path, TimeProvider.System, claim.HasCheckpoint) : null;
        _mlflow = plan.Logging.Mlflow is { } mlflow ? Mlflow.Track(directory.Path, mlflow, warn) : null;
        _progress = new(plan.Rounds, TimeProvider.System);
        _drawsFigures = plan.Recording.Figures;
        _simulation = experiment.CreateSimulation(claim.Checkpoints, [_recorder, .. Observers(_localModels, _tensorBoard, _mlflow), _progress]);
        Clock = new(started, experiment, _simulation.Clock, TimeProvider.System);
        if (claim.Checkpoints is { } checkpoints)
        {
            Include(checkpoints);
        }
    }

    /// <summary>The run's directory.</summary>
    public RunDirectory Directory { get; }

    /// <summary>Wall time of the run.</summary>
    public RunClock Clock { get; }

    /// <summary>Whether nothing is left to do, because the run was over before it was gone on with.</summary>
    public bool IsOver => _simulation.IsOver;

    /// <summary>Begins a run, which is this process's alone until the session ends.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="experiment">Its parts.</param>
    /// <param name="directory">The run's directory.</param>
    /// <param name="started">Timestamp of the process's start.</param>
    /// <param name="warn">Told of what goes wrong and does not matter.</param>
    public static RunSession Begin(
        ExperimentPlan plan, PreparedExperiment experiment, RunDirectory directory, long started, Action<string> warn) =>
        Start(plan, experiment, RunClaim.Begin(plan, experiment, directory), started, warn);

    /// <summary>Goes on with a run from its newest checkpoint, or from its beginning if it was killed before the first one.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="experiment">Its parts.</param>
    /// <param name="directory">The run's directory.</param>
    /// <param name="started">Timestamp of the process's start.</param>
    /// <param name="warn">Told of damaged checkpoints.</param>
    /// <exception cref="CheckpointException">The checkpoints are damaged or belong to another run.</exception>
    public static RunSession Resume(
        ExperimentPlan plan, PreparedExperiment experiment, RunDirectory directory, long started, Action<string> warn) =>
        Start(plan, experiment, RunClaim.Resume(plan, experiment, directory, warn), started, warn);

    /// <summary>Begins or goes on with a run whose place is taken.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="experiment">Its parts.</param>
    /// <param name="claim">The run's place, which ends with the session.</param>
    /// <param name="started">Timestamp of the process's start.</param>
    /// <param name="warn">Told of what goes wrong and does not matter.</param>
    /// <exception cref="CheckpointException">The checkpoint's state does not fit the run.</exception>
    public static RunSession Start(ExperimentPlan plan, PreparedExperiment experiment, RunClaim claim, long started, Action<string> warn)
    {
        RunSession? session = null;
        try
        {
            if (claim is { IsResumed: true, HasCheckpoint: false })
            {
                RunResults.Clear(claim.Directory);
            }

            session = new(plan, experiment, claim, started, warn);
            if (claim.HasCheckpoint)
            {
                // Before the tables are cut: at no moment do cut tables stand beside the claim that the run is finished.
                RunResults.Reopen(claim.Directory);
                claim.Checkpoints!.Load(session._simulation);
            }

            if (claim.IsResumed)
            {
                claim.Directory.Update(plan);
            }

            return session;
        }
        catch
        {
            session?.Dispose();
            claim.Dispose();
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
        _localModels?.Dispose();
        _recorder.Dispose();
        _recorder.Finish(summary, clients, outstanding);
        ReportWriter.Write(Directory.Path, figures => _tensorBoard?.Conclude(figures), _drawsFigures);
        _mlflow?.Complete(summary.IsCancelled);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Each goes even if one before it cannot be written to its end: the directory must not stay locked.
        using RunClaim claim = _claim;
        using LocalModelRecorder? localModels = _localModels;
        using RunRecorder recorder = _recorder;
        using TensorBoardObserver? tensorBoard = _tensorBoard;
        using MlflowTracker? mlflow = _mlflow;
        _simulation.Dispose();
    }

    private static IEnumerable<IRunObserver> Observers(params IRunObserver?[] observers) => observers.OfType<IRunObserver>();

    private void Include(RunCheckpoints checkpoints)
    {
        checkpoints.Include("clock", Clock);
        checkpoints.Include("progress", _progress);
        checkpoints.Include("recorder", _recorder);
        if (_localModels is not null)
        {
            checkpoints.Include("local models", _localModels);
        }

        if (_tensorBoard is not null)
        {
            checkpoints.Include("tensorboard", _tensorBoard);
        }
    }
}
