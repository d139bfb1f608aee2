using Straggler.Checkpoints;
using Straggler.Delays;
using Straggler.Federation;
using Straggler.Recording;
using Straggler.Training;

namespace Straggler.Simulation;

/// <summary>A task between dispatch and arrival: its schedule, the version it holds and the future of its training.</summary>
/// <remarks>Used again for another task once it is over, so that a timeline of millions of arrivals allocates nothing for them.</remarks>
internal sealed class Flight
{
    private ITraining _training = null!;

    /// <summary>Whose training.</summary>
    public LocalTask Task { get; private set; }

    /// <summary>The client.</summary>
    public int Client => Task.Client;

    /// <summary>The version sent.</summary>
    public ModelVersion Version { get; private set; } = null!;

    /// <summary>The number of the version sent.</summary>
    public long BaseVersion { get; private set; }

    /// <summary>Its place among arrivals of one instant: in the order of dispatch where the server's link is shared, else in the record.</summary>
    public long Number { get; set; }

    /// <summary>When it left.</summary>
    public VirtualTime Dispatched { get; private set; }

    /// <summary>When it arrives, or when the server notices that it will not.</summary>
    /// <remarks>An estimate while it is on a link that it shares with others; never while nobody knows, as of a live client.</remarks>
    public VirtualTime Due { get; set; }

    /// <summary>The probability with which its client was drawn; 0 where that is not known.</summary>
    public double Probability { get; set; }

    /// <summary>How long its parts take; what is not known is NaN. Others on the server's link make its transfers longer.</summary>
    public TaskDelay Parts { get; set; }

    /// <summary>How it is lost; null for one that arrives.</summary>
    public UpdateOutcome? Loss { get; private set; }

    /// <summary>Starts the training, unless nobody will see what comes of it.</summary>
    /// <param name="task">Whose training.</param>
    /// <param name="version">The version sent, held for this flight.</param>
    /// <param name="course">When it leaves and comes back, if it does.</param>
    /// <param name="trainer">Who trains.</param>
    public void Start(in LocalTask task, ModelVersion version, in FlightCourse course, IClientTrainer trainer)
    {
        Version = version;
        Task = task;
        (Dispatched, Due, Loss) = course;
        BaseVersion = version.Number;
        _training = Loss is null ? trainer.Start(task, version, Due) : NoTraining.Instance;
    }

    /// <summary>Writes the flight, but not the version that it holds, into a checkpoint.</summary>
    public void Save(StateWriter writer)
    {
        writer.Write(Task.Client);
        writer.Write(Task.Occurrence);
        writer.Write(Dispatched.Seconds);
        writer.Write(Due.Seconds);
        writer.Write(Number);
        writer.Write(Probability);
        writer.Write(Parts.Download.Seconds);
        writer.Write(Parts.Compute.Seconds);
        writer.Write(Parts.Upload.Seconds);
        writer.Write(Loss is null ? -1 : (int)Loss.Value);
        Task.Algorithm.Save(writer);
    }

    /// <summary>Takes over a flight that <see cref="Save"/> wrote, and starts its training again.</summary>
    /// <param name="reader">Reads the flight.</param>
    /// <param name="version">The version that it held.</param>
    /// <param name="trainer">Who trains.</param>
    /// <param name="lostAt">When it is lost, where nobody knows of it any more; null where it goes on.</param>
    public void Load(StateReader reader, ModelVersion version, IClientTrainer trainer, VirtualTime? lostAt)
    {
        (int client, int occurrence) = (reader.ReadInt32(), reader.ReadInt32());
        (VirtualTime dispatched, VirtualTime due) = (new(reader.ReadDouble()), new(reader.ReadDouble()));
        Number = reader.ReadInt64();
        Probability = reader.ReadDouble();
        Parts = new(new(reader.ReadDouble()), new(reader.ReadDouble()), new(reader.ReadDouble()));
        int loss = reader.ReadInt32();
        version.Hold();
        FlightCourse course = lostAt is { } moment
            ? new(dispatched, moment, UpdateOutcome.LostOffline)
            : new(dispatched, due, loss < 0 ? null : (UpdateOutcome)loss);
        Start(new(client, occurrence, ClientAlgorithm.Load(reader)), version, course, trainer);
    }

    /// <summary>Waits for the training's result.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled while waiting.</exception>
    /// <exception cref="InvalidOperationException">The training failed.</exception>
    public ValueTask<TrainedModel> ResultAsync(CancellationToken cancellation) =>
        _training.Result.IsCompletedSuccessfully ? new(_training.Result) : new(WaitAsync(cancellation));

    /// <summary>It is lost after all, which did not show at dispatch.</summary>
    public void Lose(UpdateOutcome loss)
    {
        Loss = loss;
        _training.GiveUp();
    }

    /// <summary>The result is not wanted any more.</summary>
    public void GiveUp() => _training.GiveUp();

    /// <summary>The flight is over: gives the result's buffer back and lets go of the version, as soon as no worker uses them.</summary>
    public void End()
    {
        if (_training.Result.IsCompleted)
        {
            LetGo(_training.Result, Version);
            return;
        }

        ModelVersion version = Version;
        _training.GiveUp();
        _training.Result.ContinueWith(
            training => LetGo(training, version),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private static void LetGo(Task<TrainedModel> training, ModelVersion version)
    {
        if (training.IsCompletedSuccessfully)
        {
            training.Result.Dispose();
        }

        // Nobody waits for it any more: looking at a failure keeps it from being reported as unobserved.
        _ = training.Exception;
        version.Release();
    }

    private async Task<TrainedModel> WaitAsync(CancellationToken cancellation)
    {
        _training.Hurry();
        try
        {
            return await _training.Result.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            throw new InvalidOperationException(
                $"Training client {Client} from version {BaseVersion}, due at virtual time {Due}, failed: {failure.Message}", failure);
        }
    }
}

/// <summary>A task's course, known when it leaves.</summary>
/// <param name="Dispatched">When it leaves.</param>
/// <param name="Due">When it arrives, or when the server notices that it will not.</param>
/// <param name="Loss">How it is lost; null for one that arrives.</param>
internal readonly record struct FlightCourse(VirtualTime Dispatched, VirtualTime Due, UpdateOutcome? Loss);

/// <summary>The training of a task that is lost: there is none.</summary>
internal sealed class NoTraining : ITraining
{
    /// <summary>The one for all.</summary>
    public static NoTraining Instance { get; } = new();

    /// <inheritdoc/>
    public Task<TrainedModel> Result { get; } = Task.FromCanceled<TrainedModel>(new CancellationToken(canceled: true));

    /// <inheritdoc/>
    public void Hurry()
    {
    }

    /// <inheritdoc/>
    public void GiveUp()
    {
    }
}
