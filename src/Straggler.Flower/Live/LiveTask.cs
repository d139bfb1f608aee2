using System.Diagnostics.CodeAnalysis;
using Straggler.Federation;
using Straggler.Flower.Models;
using Straggler.Flower.Server;
using Straggler.Recording;
using Straggler.Simulation;
using Straggler.Training;

namespace Straggler.Flower.Live;

/// <summary>A task that a client was sent.</summary>
/// <param name="task">The task.</param>
/// <param name="dispatched">The version that was sent, held until <see cref="Result"/> ends.</param>
/// <param name="desk">What all tasks share.</param>
[SuppressMessage("Design", "CA1001", Justification = "A source without timer or wait handle holds nothing that needs disposal.")]
internal sealed class LiveTask(LocalTask task, ModelVersion dispatched, LiveDesk desk) : ITraining
{
    /// <summary>A client may make more steps than it was asked for, as with smaller batches of its own, but not any number of them.</summary>
    private const int MostTimesAsked = 100;

    /// <summary>The metric in which a client says how long its training took.</summary>
    private const string TrainSeconds = "train_seconds";

    private readonly CancellationTokenSource _unwanted = new();
    private readonly TaskCompletionSource<TrainedModel> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public Task<TrainedModel> Result => _result.Task;

    /// <inheritdoc/>
    public void Hurry()
    {
    }

    /// <inheritdoc/>
    /// <remarks>The protocol cannot call a task back: the client is busy until it has answered.</remarks>
    public void GiveUp() => _unwanted.Cancel();

    /// <summary>Sends the task to the client that it was promised; how it ends goes into the roster's inbox.</summary>
    public void Send(Seat seat, ConnectedClient client, WireModel model, Dictionary<string, Scalar> config) => _ = RunAsync(seat, client, model, config);

    /// <summary>Its client went in the moment in which it was to be sent.</summary>
    public void LoseAtOnce()
    {
        _result.SetCanceled(CancellationToken.None);
        desk.Roster.Lose(task.Client, UpdateOutcome.LostOffline);
    }

    private async Task RunAsync(Seat seat, ConnectedClient client, WireModel model, Dictionary<string, Scalar> config)
    {
        bool isSent = false;
        try
        {
            await desk.Roster.TakePromisedAsync(seat, client, _unwanted.Token).ConfigureAwait(false);
            isSent = true;
            (TrainedModel trained, FitResult fit) = await TrainAsync(client, model, config).ConfigureAwait(false);
            _result.SetResult(trained);
            desk.Roster.Release(seat, client, new(LiveEventKind.Answered, task.Client, default)
            {
                Samples = fit.Samples,
                TrainSeconds = fit.Metrics.TryGetValue(TrainSeconds, out Scalar seconds) ? seconds.Number : null,
            });
        }
        catch (ClientGoneException gone)
        {
            _result.SetException(gone);
            desk.Roster.Lose(task.Client, OutcomeOf(gone.Departure.Kind));
        }
        catch (OperationCanceledException) when (!isSent)
        {
            _result.SetCanceled(CancellationToken.None);
            desk.Roster.Withdraw(seat, client);
        }
        catch (OperationCanceledException)
        {
            _result.SetCanceled(CancellationToken.None);
            await client.Settled.ConfigureAwait(false);
            if (!client.Departed.IsCompleted)
            {
                desk.Roster.Release(seat, client, new(LiveEventKind.Ready, task.Client, default));
            }
        }
#pragma warning disable CA1031 // Whatever else fails is thrown again where the result is awaited, which the loop must be told to do.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            _result.SetException(defect);
            desk.Roster.Release(seat, client, new(LiveEventKind.Answered, task.Client, default));
        }
    }

    private async Task<(TrainedModel Trained, FitResult Fit)> TrainAsync(ConnectedClient client, WireModel model, Dictionary<string, Scalar> config)
    {
        float[] local = desk.Vectors.Rent();
        try
        {
            FitResult fit = await client.FitAsync(model, desk.Model.Layout, config, local, _unwanted.Token).ConfigureAwait(false);
            if (fit.Samples == 0)
            {
                ClientDeparture departure = new(DepartureKind.Dropped, "it trained on no samples");
                client.Drop(departure.Reason);
                throw new ClientGoneException(departure);
            }

            local = desk.Model.IsReordered ? Reordered(local) : local;
            LocalOutcome outcome = OutcomeOf(fit, local);
            if (!IsFinite(local, outcome.UpdateNorm))
            {
                desk.Roster.NoteNonFinite(client);
            }

            return (new(local, outcome, desk.Vectors.Return), fit);
        }
        catch
        {
            desk.Vectors.Return(local);
            throw;
        }
    }

    private float[] Reordered(float[] canonical)
    {
        float[] ordered = desk.Vectors.Rent();
        desk.Model.FromCanonical(canonical, ordered);
        desk.Vectors.Return(canonical);
        return ordered;
    }

    /// <summary>Whether an update is finite, seldom with a look through all of it: what is trained is, where its distance from anything is.</summary>
    /// <remarks>Squares of floats summed in doubles do not overflow. A distance that is not finite may also be that from a model that is not.</remarks>
    private bool IsFinite(ReadOnlySpan<float> local, double distance) =>
        FlatVector.IsFinite(double.IsFinite(distance) ? local[desk.Model.Layout.Parameters.TrainableLength..] : local);

    private LocalOutcome OutcomeOf(FitResult fit, float[] local)
    {
        int trained = desk.Model.Layout.Parameters.TrainableLength;
        using VersionLease sent = dispatched.Read();
        return new(Number(fit, "train_loss", double.NaN), Steps(fit))
        {
            LossDrop = Number(fit, "loss_drop", 0),
            RootMeanSquareLoss = Number(fit, "rms_loss", 0),
            UploadBytes = fit.ByteCount,
            UpdateNorm = FlatVector.Distance(local.AsSpan(0, trained), sent.Parameters[..trained]),
        };
    }

    /// <summary>How many steps it says that it made, if that could be; else as many as it was asked for.</summary>
    /// <remarks>On how many samples is its own word too, so that by epochs what the server asked for has a bound besides.</remarks>
    private int Steps(FitResult fit)
    {
        bool byEpochs = (task.Algorithm.Steps ?? desk.Recipe.Steps) is null;
        int asked = desk.Recipe.StepsOfTold(task.Algorithm.Steps, fit.Samples);
        double most = byEpochs ? (double)desk.Recipe.Epochs * LocalTrainingOptions.MostToldBatches : LocalTrainingOptions.MostSteps;
        double said = Number(fit, "gradient_steps", asked);
        return said >= 1 && said <= Math.Min(MostTimesAsked * (double)asked, Math.Min(most, LocalTrainingOptions.MostSteps)) ? (int)said : asked;
    }

    private static double Number(FitResult fit, string key, double otherwise) =>
        fit.Metrics.TryGetValue(key, out Scalar value) && value.Number is { } number && double.IsFinite(number) ? number : otherwise;

    private static UpdateOutcome OutcomeOf(DepartureKind kind) => kind switch
    {
        DepartureKind.TimedOut => UpdateOutcome.LostTimeout,
        DepartureKind.Dropped => UpdateOutcome.LostUpload,
        _ => UpdateOutcome.LostOffline,
    };
}
