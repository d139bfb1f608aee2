using Straggler.Federation;
using Straggler.Training;

namespace Straggler.Simulation;

/// <summary>A task between dispatch and arrival: its schedule, the version it holds and the future of its training.</summary>
internal sealed class Flight : IDisposable
{
    private readonly ModelVersion _version;
    private readonly CancellationTokenSource _unwanted = new();
    private readonly Task<TrainedModel> _training;

    /// <summary>Starts the training.</summary>
    /// <param name="task">Whose training.</param>
    /// <param name="version">The version sent, held for this flight.</param>
    /// <param name="dispatched">Now.</param>
    /// <param name="due">When it arrives.</param>
    /// <param name="trainer">Who trains.</param>
    public Flight(LocalTask task, ModelVersion version, VirtualTime dispatched, VirtualTime due, IClientTrainer trainer)
    {
        _version = version;
        Client = task.Client;
        Dispatched = dispatched;
        Due = due;
        BaseVersion = version.Number;
        _training = trainer.TrainAsync(task, version, due, _unwanted.Token);
    }

    /// <summary>The client.</summary>
    public int Client { get; }

    /// <summary>The version sent.</summary>
    public long BaseVersion { get; }

    /// <summary>When it left.</summary>
    public VirtualTime Dispatched { get; }

    /// <summary>When it arrives.</summary>
    public VirtualTime Due { get; }

    /// <summary>The parameters sent.</summary>
    public ReadOnlySpan<float> Base => _version.Parameters;

    /// <summary>Waits for the training's result.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled while waiting.</exception>
    /// <exception cref="InvalidOperationException">The training failed.</exception>
    public async Task<TrainedModel> ResultAsync(CancellationToken cancellation)
    {
        try
        {
            return await _training.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            throw new InvalidOperationException(
                $"Training client {Client} from version {BaseVersion}, due at virtual time {Due}, failed: {failure.Message}", failure);
        }
    }

    /// <summary>The flight is over: gives the result's buffer back and lets go of the version, as soon as no worker uses them.</summary>
    public void Dispose()
    {
        _unwanted.Cancel();
        _training.ContinueWith(
            training =>
            {
                if (training.IsCompletedSuccessfully)
                {
                    training.Result.Dispose();
                }

                // Nobody waits for it any more: looking at a failure keeps it from being reported as unobserved.
                _ = training.Exception;

                _version.Release();
                _unwanted.Dispose();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
