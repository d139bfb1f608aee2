using Straggler.Flower.Models;
using Straggler.Flower.Server;
using Straggler.Training;

namespace Straggler.Flower.Live;

/// <summary>One version of the model, evaluated by some of the clients.</summary>
internal sealed class EvaluationRound : IEvaluation
{
    /// <summary>
    /// How long the answers of those who were asked are waited for, once the evaluation is; then the first one is enough. While there is none,
    /// others are asked, who have as long; when it comes, the rest have as long again. At the end of a run, whoever ends a task within it is asked too.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly ClientRoster _roster;
    private readonly FederatedTally _tally;
    private readonly FederatedEvaluationOptions _options;
    private readonly WireModel _model;
    private readonly Dictionary<string, Scalar> _config;
    private readonly CancellationTokenRegistration _ending;
    private readonly Action _askIdle;
    private readonly HashSet<ConnectedClient> _asked = [];
    private readonly HashSet<ConnectedClient> _silent = [];
    private readonly HashSet<ConnectedClient> _waitedFor = [];
    private readonly List<(int Client, EvaluateResult Result)> _answers = [];
    private readonly TaskCompletionSource<TestResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _patience;
    private ITimer? _deadline;
    private bool _isLate;
    private bool _isOverdue;
    private bool _isLast;
    private bool _isGathering;

    public EvaluationRound(
        ClientRoster roster, FederatedTally tally, FederatedEvaluationOptions options, WireModel model, long version, Action askIdle, CancellationToken ending)
    {
        (_roster, _tally, _options, _model, _askIdle) = (roster, tally, options, model, askIdle);
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
        && (_patience is null || IsGathering ? _answers.Count + _waitedFor.Count < _options.Clients
            : _answers.Count == 0 && _waitedFor.Count < (!_isLate ? 1 : IsEnding ? 0 : _options.Clients));

    /// <summary>Whether those who still train are to be asked as well, as they become free: at the end of a run that holds nobody up.</summary>
    private bool IsGathering => _isGathering && !IsEnding;

    private bool IsEnding => _ending.Token.IsCancellationRequested;

    /// <summary>Takes a client and asks it, if it is wanted and idle.</summary>
    public void TryAsk(Seat seat, ConnectedClient client)
    {
        lock (_lock)
        {
            // Whoever is not wanted is not taken, not even for a moment: the run might want it in that moment.
            if (!HasRoom || !_tally.MayEvaluate(client) || _asked.Contains(client) || !_roster.TryTake(seat, client))
            {
                return;
            }

            _asked.Add(client);
            _silent.Add(client);
            _waitedFor.Add(client);
            _tally.Begin(client);
            if (_isLate)
            {
                _patience!.Change(Patience, Timeout.InfiniteTimeSpan);
            }
        }

        _ = AskAsync(seat, client);
    }

    /// <inheritdoc/>
    public void Hurry()
    {
        lock (_lock)
        {
            if (_patience is null && !_result.Task.IsCompleted)
            {
                _patience = _roster.Clock.CreateTimer(_ => BeLate(), null, Patience, Timeout.InfiniteTimeSpan);
                _deadline = _roster.Clock.CreateTimer(_ => BeOverdue(), null, _options.Timeout, Timeout.InfiniteTimeSpan);
            }
        }

        EndIfOver();
    }

    /// <inheritdoc/>
    public void HurryLast()
    {
        lock (_lock)
        {
            (_isLast, _isGathering) = (true, _patience is null);
        }

        Hurry();
    }

    /// <inheritdoc/>
    public void GiveUp()
    {
        _result.TrySetCanceled(CancellationToken.None);
        LetGo();
    }

    /// <summary>Looks whether there is anyone left to wait for: somebody went.</summary>
    public void LookAgain() => EndIfOver();

    /// <summary>Who has not answered by now may still do so, but holds others up no more.</summary>
    private void BeLate()
    {
        lock (_lock)
        {
            (_isLate, _isGathering) = (true, false);
            _waitedFor.Clear();
        }

        _askIdle();
        EndIfOver();
    }

    private void BeOverdue()
    {
        lock (_lock)
        {
            _isOverdue = true;
        }

        EndIfOver();
    }

    private void LetGo()
    {
        _ending.Unregister();
        lock (_lock)
        {
            _patience?.Dispose();
            _deadline?.Dispose();
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

        Hear(seat, client, result);
        EndIfOver();
        if (!client.Departed.IsCompleted)
        {
            _roster.ReleaseTaken(seat, client);
            _askIdle();
        }
    }

    private void Hear(Seat seat, ConnectedClient client, EvaluateResult? result)
    {
        lock (_lock)
        {
            _silent.Remove(client);
            _waitedFor.Remove(client);
            _tally.End(client);
            if (result is not { Samples: > 0 })
            {
                return;
            }

            _answers.Add((seat.Number, result));
            if (_isLate && _answers.Count == 1 && !IsEnding && !_result.Task.IsCompleted)
            {
                // Evaluating takes long here, and the others are likely to be about as fast.
                _isLate = false;
                _waitedFor.UnionWith(_silent);
                _patience!.Change(Patience, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void EndIfOver()
    {
        ConnectedClient[] present = _roster.Present();
        (int Client, EvaluateResult Result)[] answers;
        lock (_lock)
        {
            if (_answers.Count < _options.Clients && (_patience is null || !(_isOverdue || IsEnough(present))))
            {
                return;
            }

            answers = [.. _answers];
        }

        _result.TrySetResult(_tally.SumUp(answers));
        LetGo();
    }

    /// <summary>Whether there is no more to come that would be worth waiting for.</summary>
    private bool IsEnough(ConnectedClient[] present) =>
        _answers.Count > 0 ? (_isLast && !IsEnding ? _silent : _waitedFor).Count == 0 && !(IsGathering && IsAnyoneLeft(present))
        : IsEnding ? _waitedFor.Count == 0
        : _silent.Count == 0 && !IsAnyoneLeft(present);

    private bool IsAnyoneLeft(ConnectedClient[] present) =>
        Array.Exists(present, client => _tally.MayEvaluate(client) && !_asked.Contains(client) && !_tally.IsOverdue(client, _options.Timeout));
}
