namespace Straggler.Simulation;

/// <content>Deadlines, the ends of rounds, and steps of the model.</content>
public sealed partial class FederatedSimulation
{
    /// <summary>When the strategy or a round ends its waiting.</summary>
    private VirtualTime NextDeadline => Earlier(_strategy.Deadline, _fleets.NextDeadline().Time);

    private void OnDeadline()
    {
        _now = NextDeadline;
        (VirtualTime roundEnd, int group) = _fleets.NextDeadline();
        if (roundEnd == _now)
        {
            EndRound(group);
        }
        else
        {
            _strategy.OnDeadline(_model);
        }
    }

    private void EndRound(int group)
    {
        _strategy.OnRoundEnd(new(group, _now) { Groups = _fleets.Count }, _model);
        if (_fleets.CallsBack)
        {
            CallBack(flight => _flights.GroupOf(flight.Client) == group);
        }

        _fleets.EndRound(group, _now);
        _roundEnded = true;
    }

    /// <summary>Whether the event has ended a round or moved the model; the latter starts the counts of updates taken anew.</summary>
    private bool HasMoved(long version)
    {
        bool stepped = _model.Version > version;
        if (stepped && !_roundEnded)
        {
            _fleets.Stepped();
        }

        if (stepped)
        {
            CallBackStale();
        }

        return stepped || _roundEnded;
    }
}
