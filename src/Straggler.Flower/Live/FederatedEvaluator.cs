using Straggler.Federation;
using Straggler.Flower.Server;
using Straggler.Training;

namespace Straggler.Flower.Live;

/// <summary>Has clients evaluate the server's model on their own data, for a server that has none.</summary>
/// <remarks>
/// Each evaluation asks so many clients, those who are free first and then whoever becomes free. One that is waited for asks no more, unless it
/// has asked nobody, and gives the answers ten seconds; then one is enough. Clients that do not evaluate are not asked again.
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
        roster.TakesFree = Take;
    }

    /// <inheritdoc/>
    public IEvaluation StartEvaluation(ModelVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        _round?.GiveUp();
        EvaluationRound round = new(_roster, _tally, _most, _model.Encode(version), version.Number, _ending);
        _round = round;
        foreach (int client in _roster.Ready())
        {
            if (!round.IsWanted || _roster.Take(client) is not (var seat, var who))
            {
                continue;
            }

            if (!round.TryAsk(seat, who))
            {
                _roster.ReleaseAtOnce(seat, who);
            }
        }

        return round;
    }

    private bool Take(Seat seat, ConnectedClient client) => _round?.TryAsk(seat, client) == true;
}
