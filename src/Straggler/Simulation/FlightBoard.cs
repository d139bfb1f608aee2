using Straggler.Checkpoints;
using Straggler.Delays;

namespace Straggler.Simulation;

/// <summary>The flights under way and the order of their arrivals, which shows bit by bit where they share the server's link.</summary>
/// <param name="link">The link; null where nothing is shared.</param>
/// <param name="recorded">Whether flights that tie arrive in the order of a record.</param>
internal sealed class FlightBoard(ServerLink? link, bool recorded = false)
{
    private readonly EventQueue<Flight> _arrivals = new();

    // In the order of dispatch: nobody knows when they arrive.
    private readonly List<Flight> _open = [];
    private long _sent;

    /// <summary>Flights under way.</summary>
    public int Count => _arrivals.Count + _open.Count + (link?.Count ?? 0);

    /// <summary>Whether the next arrival is known.</summary>
    public bool KnowsNext => _arrivals.Count > 0;

    /// <summary>The next arrival that is known; exact up to where <see cref="LetTransfer"/> has come.</summary>
    public VirtualTime NextTime => _arrivals.NextTime;

    /// <summary>Who arrives then.</summary>
    public Flight Next => _arrivals.Next;

    /// <summary>Brings the flights closer in memory that may arrive after the next.</summary>
    public void ExpectAfterNext() => _arrivals.ExpectAfterNext();

    /// <summary>The flights in the order of their arrivals, then those whose arrival is not known.</summary>
    public IEnumerable<Flight> InOrder => _arrivals.InOrder.Concat(link?.Flights ?? _open);

    /// <summary>The flights, in no order.</summary>
    public IEnumerable<Flight> Waiting => _arrivals.Waiting.Concat(link?.Flights ?? _open);

    /// <summary>A flight leaves that arrives when it is due.</summary>
    public void Add(Flight flight) => Expect(flight);

    /// <summary>A flight of a record leaves.</summary>
    /// <param name="flight">The flight.</param>
    /// <param name="place">Its place among arrivals of one instant.</param>
    public void AddInPlace(Flight flight, int place)
    {
        flight.Number = place;
        Expect(flight);
    }

    /// <summary>A live client's flight leaves, or one that never arrives in a record.</summary>
    public void AddOpen(Flight flight) => _open.Add(flight);

    /// <summary>A live client's flight has ended.</summary>
    /// <param name="happened">How, and when.</param>
    /// <returns>Whether the client was in flight, and its task not called back meanwhile.</returns>
    public bool TrySettle(LiveEvent happened)
    {
        int place = _open.FindIndex(flight => flight.Client == happened.Client);
        if (place < 0)
        {
            return false;
        }

        Flight flight = _open[place];
        _open.RemoveAt(place);
        flight.Due = happened.At;
        if (happened.Kind == LiveEventKind.Lost)
        {
            flight.Lose(happened.Loss);
        }
        else if (happened.TrainSeconds is { } seconds and >= 0 && seconds <= (flight.Due - flight.Dispatched).Seconds)
        {
            flight.Parts = TaskDelay.Unknown with { Compute = new(seconds) };
        }

        Expect(flight);
        return true;
    }

    /// <summary>A flight leaves over the link.</summary>
    public void Add(Flight flight, in LinkPlan plan, VirtualTime now)
    {
        flight.Number = _sent++;
        link!.Add(flight, plan, now);
    }

    /// <summary>Lets happen on the link what comes before the next arrival, but nothing after a moment at which more may be sent.</summary>
    /// <param name="until">The moment, which is not before anything that happened.</param>
    public void LetTransfer(VirtualTime until)
    {
        if (link is not null)
        {
            Step(link, until);
        }
    }

    /// <summary>Takes the next flight, which arrives.</summary>
    public Flight Take()
    {
        Flight flight = _arrivals.Take();
        link?.Free(flight.Client, flight.Due);
        return flight;
    }

    /// <summary>Takes all flights, where the run is over.</summary>
    public IEnumerable<Flight> TakeAll()
    {
        while (_arrivals.Count > 0)
        {
            yield return _arrivals.Take();
        }

        foreach (Flight flight in link?.Remove(_ => true, VirtualTime.Zero) ?? RemoveOpen(_ => true))
        {
            yield return flight;
        }
    }

    /// <summary>Takes flights out before they arrive.</summary>
    /// <param name="which">Which.</param>
    /// <param name="now">The moment.</param>
    /// <returns>Those that were, in the order in which they would have arrived.</returns>
    public IReadOnlyList<Flight> Remove(Func<Flight, bool> which, VirtualTime now)
    {
        IReadOnlyList<Flight> arriving = _arrivals.Remove(which);
        if (link is null)
        {
            return _open.Count == 0 ? arriving : [.. arriving, .. RemoveOpen(which)];
        }

        IReadOnlyList<Flight> onLink = link.Remove(which, now);
        foreach (Flight flight in arriving)
        {
            link.Free(flight.Client, now);
        }

        return [.. arriving.Concat(onLink).OrderBy(flight => flight.Due).ThenBy(flight => flight.Number)];
    }

    /// <summary>Writes into a checkpoint what the flights, which are written in <see cref="InOrder"/>, do not say themselves.</summary>
    public void Save(StateWriter writer)
    {
        writer.Write(_sent);
        if (link is not null)
        {
            writer.Write(link.Count);
            link.Save(writer);
        }
    }

    /// <summary>Takes over what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Reads it.</param>
    /// <param name="flights">The flights, in the order in which they were written.</param>
    /// <param name="planOf">What is known of a flight over the link.</param>
    public void Load(StateReader reader, Flight[] flights, Func<Flight, LinkPlan> planOf)
    {
        _sent = reader.ReadInt64();
        int onLink = link is null ? 0 : reader.ReadInt32();
        foreach (Flight flight in flights[..^onLink])
        {
            if (flight.Due == VirtualTime.Never)
            {
                _open.Add(flight);
                continue;
            }

            Expect(flight);
            link?.Occupy(flight.Client);
        }

        link?.Load(reader, flights[^onLink..], planOf);
    }

    private Flight[] RemoveOpen(Func<Flight, bool> which)
    {
        Flight[] removed = [.. _open.Where(which)];
        _open.RemoveAll(flight => which(flight));
        return removed;
    }

    private void Step(ServerLink shared, VirtualTime until)
    {
        while (shared.NextEvent is { Seconds: < double.PositiveInfinity } next && next <= until && next <= NextTime)
        {
            shared.Step(Expect);
        }
    }

    /// <summary>Flights that tie arrive in the order in which they left, whenever their arrival came to be known, or in a record's.</summary>
    private void Expect(Flight flight)
    {
        if (link is null && !recorded)
        {
            _arrivals.Add(flight.Due, flight);
        }
        else
        {
            _arrivals.AddInPlace(flight.Due, flight, flight.Number);
        }
    }
}
