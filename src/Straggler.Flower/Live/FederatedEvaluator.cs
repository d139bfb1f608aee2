using Straggler.Federation;
using Straggler.Flower.Server;
using Straggler.Training;

namespace Straggler.Flower.Live;

/// <summary>Has clients evaluate the server's model on their own data, for a server that has none.</summary>
/// <remarks>
/// Each evaluation asks so many clients, those who are free first and then whoever becomes free. One that is waited for asks no more, unless it
/// has asked nobody, and gives the answers ten seconds; then one is enough. If there is none, the silent are waited for no more and others are
/// asked, until one answers or all have been asked. Clients that do not evaluate are not asked again.
/// </remarks>
public sealed class FederatedEvaluator : IModelEvaluator
{
    private readonly ClientRoster _roster;
    private readonly LiveModel _model;
    private readonly int _most;
    private readonly CancellationToken _ending;
    private readonly FederatedTally _tally;
    private volatile EvaluationRound? _round;

    /// <summary>Sets it up; from now on it may take clients as they become free.</summary>
    /// <param name="roster">The clients.</param>
    /// <param name="model">How models travel.</param>
    /// <param name="clients">Number of clients n.</param>
    /// <param name="most">Most clients that are asked in an evaluation.</param>
    /// <param name="ending">Cancelled when nothing is waited for any more.</param>
    public FederatedEvaluator(ClientRoster roster, LiveModel model, int clients, int most, CancellationToken ending)
    {
        ArgumentNullException.ThrowIfNull(roster);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        (_roster, _model, _most, _ending, _tally) = (roster, model, most, ending, new(clients));
        roster.WhenIdle = (seat, client) =>
        {
            if (_round is { } round)
            {
                Ask(round, seat, client);
            }
        };
        roster.WhenGone = () => _round?.LookAgain();
    }

    /// <inheritdoc/>
    public IEvaluation StartEvaluation(ModelVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        _round?.GiveUp();
        EvaluationRound round = new(_roster, _tally, _most, _model.Encode(version), version.Number, AskIdle, _ending);
        _round = round;
        AskIdle();
        return round;
    }

    private void AskIdle()
    {
        if (_round is { IsWanted: true } round)
        {
            foreach ((Seat seat, ConnectedClient client) in _roster.Idle())
            {
                Ask(round, seat, client);
            }
        }
    }

    private void Ask(EvaluationRound round, Seat seat, ConnectedClient client)
    {
        if (round.IsWanted && _roster.TryTake(seat, client) && !round.TryAsk(seat, client))
        {
            _roster.ReleaseTaken(seat, client);
        }
    }
}
