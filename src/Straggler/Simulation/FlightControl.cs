using Straggler.Checkpoints;
using Straggler.Delays;
using Straggler.Federation;
using Straggler.Scheduling;
using Straggler.Training;

namespace Straggler.Simulation;

/// <summary>The clients in flight: sends idle ones out and hands over arrivals in order of virtual time.</summary>
internal sealed class FlightControl(IdleClients idle, DelayModel delays, IClientTrainer trainer, VersionStore versions, int clientCount)
    : IStateful, IDisposable
{
    private readonly EventQueue<Flight> _flights = new();
    private readonly Stack<Flight> _over = [];
    private readonly int[] _tasksSent = new int[clientCount];

    /// <summary>Clients in flight.</summary>
    public int InFlight => _flights.Count;

    /// <summary>When the next one arrives.</summary>
    public VirtualTime NextArrival => _flights.NextTime;

    /// <summary>The next to arrive.</summary>
    public Flight Next => _flights.Next;

    /// <summary>Sends the current version to an idle client.</summary>
    /// <param name="now">The moment of dispatch.</param>
    /// <param name="objective">What the client is to minimise.</param>
    public void Dispatch(VirtualTime now, LocalObjective objective)
    {
        int client = idle.Take();
        int occurrence = _tasksSent[client]++;
        VirtualTime due = now + delays.Duration(client, occurrence);
        Flight flight = _over.TryPop(out Flight? over) ? over : new();
        flight.Start(new(client, occurrence, objective), versions.HoldCurrent(), now, due, trainer);
        _flights.Add(due, flight);
        delays.Expect(idle.Soon);
        Prefetch.Element(_tasksSent, idle.Soon);
    }

    /// <summary>The next flight has arrived: its client is idle again.</summary>
    public void Land() => idle.Return(_flights.Take().Client);

    /// <summary>A flight that landed has been dealt with; it is not to be used by the caller any more.</summary>
    /// <remarks>A good moment to see whether the versions take too much memory: the flight's own may be free now.</remarks>
    public void End(Flight flight)
    {
        flight.End();
        _over.Push(flight);
        if (versions.Excess > 0)
        {
            FurthestNeeded.Spill(versions, _flights.Waiting);
        }
    }

    /// <summary>The results of those in flight are not wanted any more; they stay in flight.</summary>
    public void GiveUp()
    {
        foreach (Flight flight in _flights.Waiting)
        {
            flight.GiveUp();
        }
    }

    /// <summary>Sum over the clients in flight of the versions that the server has moved on since.</summary>
    /// <param name="version">The server's version.</param>
    public long VersionLag(long version) => _flights.Waiting.Sum(flight => version - flight.BaseVersion);

    /// <inheritdoc/>
    /// <remarks>What a training came to so far is not kept: it is started again, from the same version, and comes to the same.</remarks>
    public void Save(StateWriter writer)
    {
        writer.Write("idle", idle);
        writer.Write<int>(_tasksSent);
        Flight[] flights = [.. _flights.InOrder];
        ModelVersion[] older = [.. flights.Select(flight => flight.Version).Distinct().Where(version => version != versions.Current)];
        writer.Write(older.Length);
        foreach (ModelVersion version in older)
        {
            versions.SaveOlder(version, writer);
        }

        writer.Write(flights.Length);
        foreach (Flight flight in flights)
        {
            flight.Save(writer);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Flights are added in the order of their arrivals, so that those who tie stay in order.</remarks>
    public void Load(StateReader reader)
    {
        reader.Read("idle", idle);
        reader.ReadInto<int>(_tasksSent);
        ModelVersion[] older = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => versions.LoadOlder(reader))];
        Dictionary<long, ModelVersion> byNumber = older.Append(versions.Current).ToDictionary(version => version.Number);
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            Flight flight = new();
            flight.Load(reader, byNumber, trainer);
            _flights.Add(flight.Due, flight);
        }

        // Held by their flights from now on.
        Array.ForEach(older, version => version.Release());
    }

    /// <summary>Gives up everything in flight.</summary>
    public void Dispose()
    {
        while (_flights.Count > 0)
        {
            _flights.Take().End();
        }
    }
}
