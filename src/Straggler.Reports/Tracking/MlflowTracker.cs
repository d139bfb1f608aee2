using System.Threading.Channels;
using Straggler.Metrics;
using Straggler.Recording;

namespace Straggler.Reports.Tracking;

/// <summary>Sends a run to an MLflow tracking server while it goes on: <c>logging: {mlflow: {uri: ...}}</c>.</summary>
/// <remarks>
/// A task of its own reads what the recorder has written and sends what the server has not; the loop only tells it that there is news. So
/// nothing is queued, a server that is slow or down changes neither results nor speed, and what it has missed is sent when it is back, or by
/// <see cref="MlflowExport"/>. Watches after the recorder, whose file it reads.
/// </remarks>
public sealed class MlflowTracker : IRunObserver, IDisposable
{
    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(1);

    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _giveUp = new();
    private readonly string _runDirectory;
    private readonly MlflowSettings _settings;
    private readonly TimeProvider _time;
    private readonly Action<string> _warn;
    private readonly MlflowClient _client;
    private readonly MlflowRun _run;
    private readonly Task _work;
    private bool _warned;

    /// <summary>Starts sending.</summary>
    /// <param name="runDirectory">The run directory.</param>
    /// <param name="settings">The server.</param>
    /// <param name="handler">Sends the requests; disposed at the end.</param>
    /// <param name="time">The wall clock.</param>
    /// <param name="warn">Told, once, that the server is not to be had, and at the end what it has not got.</param>
    public MlflowTracker(string runDirectory, MlflowSettings settings, HttpMessageHandler handler, TimeProvider time, Action<string> warn)
    {
        ArgumentException.ThrowIfNullOrEmpty(runDirectory);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(warn);
        (_runDirectory, _settings, _time, _warn) = (runDirectory, settings, time, warn);
        _client = new(settings, handler, time);
        _run = new(runDirectory, settings, _client, time);
        _work = Task.Run(WorkAsync);
    }

    /// <inheritdoc/>
    public void OnUpdate(in UpdateRecord update)
    {
    }

    /// <inheritdoc/>
    public void OnEvaluation(EvaluationRecord evaluation) => _news.Writer.TryWrite(true);

    /// <summary>The run has ended and written its files; waits until they are sent, but not for long where the server does not take them.</summary>
    /// <param name="isCancelled">Whether it was cancelled.</param>
    public void Complete(bool isCancelled) => End(isCancelled ? "KILLED" : "FINISHED");

    /// <inheritdoc/>
    /// <remarks>A run that has not been completed has failed.</remarks>
    public void Dispose()
    {
        End("FAILED");
        _client.Dispose();
        _giveUp.Dispose();
    }

    private void End(string status)
    {
        if (_ended.TrySetResult(status))
        {
            _news.Writer.Complete();
            using ITimer limit = _time.CreateTimer(_ => _giveUp.Cancel(), null, _settings.EndTimeout, Timeout.InfiniteTimeSpan);
            _work.GetAwaiter().GetResult();
        }
    }

    private async Task WorkAsync()
    {
        TimeSpan pause = _settings.FirstPause;
        while (await _news.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            _news.Reader.TryRead(out _);
            if (await TryAsync(() => _run.UpdateAsync(isOver: false, _giveUp.Token)).ConfigureAwait(false) is not { } fault)
            {
                pause = _settings.FirstPause;
                continue;
            }

            WarnOnce(fault);
            await Task.WhenAny(_ended.Task, Task.Delay(pause, _time)).ConfigureAwait(false);
            pause = pause * 2 < _longestPause ? pause * 2 : _longestPause;
            _news.Writer.TryWrite(true);
        }

        await ConcludeAsync(await _ended.Task.ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task ConcludeAsync(string status)
    {
        string? fault = await TryAsync(async () =>
        {
            await _run.UpdateAsync(isOver: false, _giveUp.Token).ConfigureAwait(false);
            await _run.ConcludeAsync(status, _giveUp.Token).ConfigureAwait(false);
        }).ConfigureAwait(false);
        if (fault is not null)
        {
            _warn($"warning: MLflow at {_settings.Server}: {fault}. It has not got all of the run; \"straggler export mlflow {_runDirectory} --uri {_settings.Server}\" sends the rest.");
        }
        else if (_run.ArtifactProblem is { } problem)
        {
            _warn($"warning: MLflow at {_settings.Server}: files are not uploaded: {problem}.");
        }
    }

    /// <summary>Whatever goes wrong with the server is told and goes no further: the run is what matters.</summary>
    private static async Task<string?> TryAsync(Func<Task> send)
    {
        try
        {
            await send().ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException)
        {
            return "it took too long";
        }
#pragma warning disable CA1031 // A defect here must not end a run of hours either.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return fault.Message.TrimEnd('.');
        }
    }

    private void WarnOnce(string fault)
    {
        if (!_warned)
        {
            _warned = true;
            _warn($"warning: MLflow at {_settings.Server}: {fault}. The run goes on; what is missing is sent when the server takes it.");
        }
    }
}
