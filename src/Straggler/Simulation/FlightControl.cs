using Straggler.Delays;
using Straggler.Federation;
using Straggler.Scheduling;
using Straggler.Training;

namespace Straggler.Simulation;

/// <summary>The clients in flight: sends idle ones out and hands over arrivals in order of virtual time.</summary>
internal sealed class FlightControl(IdleClients idle, DelayModel delays, IClientTrainer trainer, VersionStore versions, int clientCount)
    : IDisposable
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
    }

    /// <summary>The next flight has arrived: its client is idle again.</summary>
    public void Land() => idle.Return(_flights.Take().Client);

    /// <summary>A flight that landed has been dealt with; it is not to be used by the caller any more.</summary>
    public void End(Flight flight)
    {
        flight.End();
        _over.Push(flight);
    }

    /// <summary>Sum over the clients in flight of the versions that the server has moved on since.</summary>
    /// <param name="version">The server's version.</param>
    public long VersionLag(long version) => _flights.Waiting.Sum(flight => version - flight.BaseVersion);

    /// <summary>Gives up everything in flight.</summary>
    public void Dispose()
    {
        while (_flights.Count > 0)
        {
            _flights.Take().End();
        }
    }
}
