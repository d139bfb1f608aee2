using Straggler.Flower.Models;
using Straggler.Flower.Server;
using Straggler.Training;

namespace Straggler.Flower.Live;

/// <summary>One version of the model, evaluated by some of the clients.</summary>
internal sealed class EvaluationRound : IEvaluation
{
    /// <summary>
    /// How long the answers of those who were asked are waited for, once the evaluation is; then the first one is enough, and those who are
    /// silent are waited for no more: others are asked, who have as long.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly ClientRoster _roster;
    private readonly FederatedTally _tally;
    private readonly WireModel _model;
    private readonly Dictionary<string, Scalar> _config;
    private readonly CancellationTokenRegistration _ending;
    private readonly Action _askIdle;
    private readonly HashSet<ConnectedClient> _asked = [];
    private readonly HashSet<ConnectedClient> _waitedFor = [];
    private readonly List<(int Client, EvaluateResult Result)> _answers = [];
    private readonly TaskCompletionSource<TestResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _most;
    private ITimer? _patience;
    private bool _isLate;

    public EvaluationRound(
        ClientRoster roster, FederatedTally tally, int most, WireModel model, long version, Action askIdle, CancellationToken ending)
    {
        (_roster, _tally, _most, _model, _askIdle) = (roster, tally, most, model, askIdle);
        _config = new() { ["server_round"] = version };
        _ending = ending.UnsafeRegister(_ => Hurry(), null);
    }

    /// <inheritdoc/>
    public Task<TestResult> Result => _result.Task;

    /// <summary>Whether more clients are to be asked.</summary>
    public bool IsWanted
    {
        get
        {
            lock (_lock)
            {
                return HasRoom;
            }
        }
    }

    private bool HasRoom => !_result.Task.IsCompleted
        && (_isLate ? !_ending.Token.IsCancellationRequested && _waitedFor.Count < _most
            : _answers.Count + _waitedFor.Count < (_patience is null ? _most : 1));

    /// <summary>Asks a client that was taken, if it is wanted.</summary>
    public bool TryAsk(Seat seat, ConnectedClient client)
    {
        lock (_lock)
        {
            if (!HasRoom || !_tally.MayEvaluate(client) || !_asked.Add(client))
            {
                return false;
            }

            _waitedFor.Add(client);
            _tally.Begin(client);
            if (_isLate)
            {
                _patience!.Change(Patience, Timeout.InfiniteTimeSpan);
            }
        }

        _ = AskAsync(seat, client);
        return true;
    }

    /// <inheritdoc/>
    public void Hurry()
    {
        lock (_lock)
        {
            _patience ??= _roster.Clock.CreateTimer(_ => BeLate(), null, Patience, Timeout.InfiniteTimeSpan);
        }

        EndIfOver();
    }

    /// <inheritdoc/>
    public void GiveUp()
    {
        _result.TrySetCanceled(CancellationToken.None);
        LetGo();
    }

    /// <summary>Looks whether there is anyone left to wait for: somebody went.</summary>
    public void LookAgain() => EndIfOver();

    /// <summary>Who has not answered by now may still do so, but holds nothing up.</summary>
    private void BeLate()
    {
        lock (_lock)
        {
            _isLate = true;
            _waitedFor.Clear();
        }

        _askIdle();
        EndIfOver();
    }

    private void LetGo()
    {
        _ending.Unregister();
        lock (_lock)
        {
            _patience?.Dispose();
        }
    }

    private async Task AskAsync(Seat seat, ConnectedClient client)
    {
        EvaluateResult? result = null;
        try
        {
            result = await client.EvaluateAsync(_model, _config, CancellationToken.None).ConfigureAwait(false);
            if (result is null)
            {
                _tally.Excuse(client);
            }
            else if (FederatedTally.FaultOf(result) is { } fault)
            {
                _roster.Note($"client {client.Number} ({client.Address}) {fault}: that is not used");
                result = null;
            }
        }
        catch (ClientGoneException)
        {
            // It is missed.
        }

        lock (_lock)
        {
            _waitedFor.Remove(client);
            _tally.End(client);
            if (result is { Samples: > 0 })
            {
                _answers.Add((seat.Number, result));
            }
        }

        EndIfOver();
        if (!client.Departed.IsCompleted)
        {
            _roster.ReleaseTaken(seat, client);
            _askIdle();
        }
    }

    private void EndIfOver()
    {
        ConnectedClient[] present = _roster.Present();
        (int Client, EvaluateResult Result)[] answers;
        lock (_lock)
        {
            bool someoneMayCome = present.Any(client => _tally.MayEvaluate(client) && !_asked.Contains(client) && !(_isLate && _tally.IsEvaluating(client)));
            bool isComplete = _answers.Count >= _most;
            bool isHopeless = !someoneMayCome || _ending.Token.IsCancellationRequested;
            bool isEnough = _answers.Count > 0 ? _waitedFor.Count == 0 || _isLate : _waitedFor.Count == 0 && isHopeless;
            if (!isComplete && (_patience is null || !isEnough))
            {
                return;
            }

            answers = [.. _answers];
        }

        _result.TrySetResult(_tally.SumUp(answers));
        LetGo();
    }
}
