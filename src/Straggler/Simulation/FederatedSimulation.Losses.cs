using Straggler.Recording;
using Straggler.Strategies;

namespace Straggler.Simulation;

/// <content>Tasks whose update never comes, and waiting for clients that are off.</content>
public sealed partial class FederatedSimulation
{
    /// <summary>
    /// Tasks lost in a row at which a run gives up: arrivals come too seldom, or never. With 99.99 % of all tasks lost a run would get so
    /// far once in 10⁴³ tries.
    /// </summary>
    private const long MostLostInARow = 1_000_000;

    private long _lostInARow;

    /// <summary>A task is over without an arrival: it counts as wasted work, not as one of <c>rounds</c>.</summary>
    private void Lose(in Arrival arrival, UpdateOutcome loss)
    {
        _lostInARow++;
        _strategy.OnLost(arrival, _model);

        // What a live client that has not told yet is taken to have is for the strategy; the record says nothing.
        UpdateRecord record = RecordOf(arrival, 0, loss, new(double.NaN, 0)) with { Samples = _population.KnownSamples(arrival.Client) ?? 0 };
        _statistics.CountLoss(record);
        _announcements.Add(record);
    }

    /// <summary>Ends tasks before their time; their work is wasted.</summary>
    /// <returns>Whether there were any.</returns>
    private bool CallBack(Func<Flight, bool> which)
    {
        IReadOnlyList<Flight> ended = _flights.CallBack(which, _now);
        foreach (Flight flight in ended)
        {
            Arrival arrival = ArrivalOf(flight, _now);
            _fleets.Landed(arrival.Group);
            Lose(arrival, UpdateOutcome.LostCalledBack);
            _flights.End(flight);
        }

        return ended.Count > 0;
    }

    /// <summary>After a server step: ends the tasks that have become too stale for the strategy, and rounds that waited for nobody else.</summary>
    private void CallBackStale()
    {
        if (_strategy.CallsBackAt is not { } staleness || !CallBack(flight => _model.Version - flight.BaseVersion >= staleness))
        {
            return;
        }

        for (int group = 0; group < _fleets.Count && !_roundEnded; group++)
        {
            if (_fleets.EndsRound(group, _now))
            {
                EndRound(group);
            }
        }
    }

    /// <summary>When a client comes back whom the server would send out at once, or leaves in the record.</summary>
    private VirtualTime NextWake
    {
        get
        {
            VirtualTime next = _recorded?.NextDispatch ?? VirtualTime.Never;
            for (int group = 0; group < _fleets.Count; group++)
            {
                next = _fleets.IsShort(group) ? Earlier(next, _flights.NextWake(group)) : next;
            }

            return next;
        }
    }
}
