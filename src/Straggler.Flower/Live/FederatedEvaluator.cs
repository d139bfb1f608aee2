using Straggler.Federation;
using Straggler.Flower.Server;
using Straggler.Training;

namespace Straggler.Flower.Live;

/// <summary>Has clients evaluate the server's model on their own data, for a server that has none.</summary>
/// <remarks>
/// <para>
/// Each evaluation asks so many clients, those who are free first and then whoever becomes free. One that is waited for asks no more, unless it
/// has asked nobody, and gives the answers ten seconds; then one is enough. If there is none, others are asked as well, who have as long,
/// and the first answer is waited for, whoever it is from; those asked have ten seconds more from then.
/// </para>
/// <para>
/// The last evaluation of a run asks those besides who end a task within ten seconds, and waits for all who were asked. Whatever it waits for,
/// an evaluation ends when its timeout is over, or when nobody is left who might answer. Clients that do not evaluate are not asked again.
/// </para>
/// </remarks>
public sealed class FederatedEvaluator : IModelEvaluator
{
    private readonly ClientRoster _roster;
    private readonly LiveModel _model;
    private readonly FederatedEvaluationOptions _options;
    private readonly CancellationToken _ending;
    private readonly FederatedTally _tally;
    private volatile EvaluationRound? _round;

    /// <summary>Sets it up; from now on it may take clients as they become free.</summary>
    /// <param name="roster">The clients.</param>
    /// <param name="model">How models travel.</param>
    /// <param name="clients">Number of clients n.</param>
    /// <param name="options">How many are asked, and how long they are waited for.</param>
    /// <param name="ending">Cancelled when nothing is waited for any more.</param>
    public FederatedEvaluator(ClientRoster roster, LiveModel model, int clients, FederatedEvaluationOptions options, CancellationToken ending)
    {
        ArgumentNullException.ThrowIfNull(roster);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Clients, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Timeout, TimeSpan.Zero, nameof(options));
        (_roster, _model, _options, _ending, _tally) = (roster, model, options, ending, new(clients, roster.Clock));
        roster.WhenIdle = (seat, client) => _round?.TryAsk(seat, client);
        roster.WhenGone = () => _round?.LookAgain();
    }

    /// <inheritdoc/>
    public IEvaluation StartEvaluation(ModelVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        _round?.GiveUp();
        EvaluationRound round = new(_roster, _tally, _options, _model.Encode(version), version.Number, AskIdle, _ending);
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
                round.TryAsk(seat, client);
            }
        }
    }
}
