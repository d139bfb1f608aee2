using Straggler.Flower.Models;
using Straggler.Flower.Server;
using Straggler.Training;

namespace Straggler.Flower.Live;

/// <summary>One version of the model, evaluated by some of the clients.</summary>
internal sealed class EvaluationRound : IEvaluation
{
    private readonly Lock _lock = new();
    private readonly ClientRoster _roster;
    private readonly FederatedTally _tally;
    private readonly WireModel _model;
    private readonly Dictionary<string, Scalar> _config;
    private readonly CancellationTokenRegistration _ending;
    private readonly HashSet<ConnectedClient> _asked = [];
    private readonly List<(int Client, EvaluateResult Result)> _answers = [];
    private readonly TaskCompletionSource<TestResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _most;
    private int _out;
    private bool _isWaitedFor;

    public EvaluationRound(ClientRoster roster, FederatedTally tally, int most, WireModel model, long version, CancellationToken ending)
    {
        (_roster, _tally, _most, _model) = (roster, tally, most, model);
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
                return !_result.Task.IsCompleted && _answers.Count + _out < _most;
            }
        }
    }

    /// <summary>Asks a client that was taken, if it is wanted.</summary>
    public bool TryAsk(Seat seat, ConnectedClient client)
    {
        lock (_lock)
        {
            if (_result.Task.IsCompleted || _answers.Count + _out >= _most || !_tally.MayEvaluate(client) || !_asked.Add(client))
            {
                return false;
            }

            _out++;
        }

        _ = AskAsync(seat, client);
        return true;
    }

    /// <inheritdoc/>
    public void Hurry()
    {
        lock (_lock)
        {
            _isWaitedFor = true;
        }

        EndIfOver();
    }

    /// <inheritdoc/>
    public void GiveUp()
    {
        _result.TrySetCanceled(CancellationToken.None);
        _ending.Unregister();
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
        }
        catch (ClientGoneException)
        {
            // It is missed.
        }

        lock (_lock)
        {
            _out--;
            if (result is { Samples: > 0 })
            {
                _answers.Add((seat.Number, result));
            }
        }

        EndIfOver();
        if (!client.Departed.IsCompleted)
        {
            _roster.ReleaseAtOnce(seat, client);
        }
    }

    private void EndIfOver()
    {
        ConnectedClient[] present = _roster.Present();
        (int Client, EvaluateResult Result)[] answers;
        lock (_lock)
        {
            bool someoneMayCome = present.Any(client => _tally.MayEvaluate(client) && !_asked.Contains(client));
            bool isComplete = _answers.Count >= _most;
            bool isEnough = _isWaitedFor && (_answers.Count > 0 || (_out == 0 && (!someoneMayCome || _ending.Token.IsCancellationRequested)));
            if (!isComplete && !isEnough)
            {
                return;
            }

            answers = [.. _answers];
        }

        _result.TrySetResult(_tally.SumUp(answers));
        _ending.Unregister();
    }
}
