using Straggler.Checkpoints;
using Straggler.Delays;
using Straggler.Federation;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Training;

namespace Straggler.Simulation;

/// <summary>The clients in flight: sends idle ones out and hands over arrivals in order of virtual time.</summary>
internal sealed partial class FlightControl : IStateful, IDisposable
{
    private readonly SimulationParts _parts;
    private readonly ServerModel _model;
    private readonly IDispatchPolicy _policy;
    private readonly AvailableClients _clients;
    private readonly FlightBoard _flights;
    private readonly Stack<Flight> _over = [];
    private readonly List<int> _held = [];
    private readonly int[] _tasksSent;
    private readonly ClientQueues? _queues;
    private readonly bool _sharesLink;
    private readonly ILiveClients? _live;

    /// <summary>Everybody is idle.</summary>
    /// <param name="parts">What the run is made of.</param>
    /// <param name="model">The server's model.</param>
    /// <param name="policy">Says when tasks come back.</param>
    /// <param name="services">What selections are made with.</param>
    public FlightControl(SimulationParts parts, ServerModel model, IDispatchPolicy policy, SchedulingServices services)
    {
        _parts = parts;
        _model = model;
        _policy = policy;
        _tasksSent = new int[parts.Population.Count];
        ClientSelectionFactory select = services.Selection.Create();
        IClientSelection[] selections = [.. Enumerable.Range(0, policy.Groups.Count)
            .Select(group => select(services, group, policy.Groups.MembersOf(group, parts.Population.Count)))];
        _live = parts.Live;
        _clients = new(selections, policy.Groups, parts.Fates?.Availability, _live is null ? null : _live.IsReady);
        bool queues = selections.Any(selection => selection.TakesBusy);
        _queues = queues ? new(parts.Population.Count) : null;
        ServerLinkOptions? link = _live is null && parts.Recorded is null ? parts.Delays.ServerLink : null;
        _sharesLink = link is not null;
        _flights = new(link is null ? null : new(link, queues), parts.Recorded is not null);
    }

    /// <summary>Clients in flight.</summary>
    public int InFlight => _flights.Count;

    /// <summary>Tasks that each client has been sent so far.</summary>
    public IReadOnlyList<int> TasksSent => _tasksSent;

    /// <summary>Clients that have been sent a task so far.</summary>
    public int ClientsSent { get; private set; }

    /// <summary>When the next one arrives; where the server's link is shared, of those whose arrival is known.</summary>
    public VirtualTime NextArrival => _flights.NextTime;

    /// <summary>Whether it is known who that is.</summary>
    public bool KnowsNext => _flights.KnowsNext;

    /// <summary>The next to arrive.</summary>
    public Flight Next => _flights.Next;

    /// <summary>Whether the next does not arrive: in the record that is followed it was called back then.</summary>
    public bool NextIsCalledBack => KnowsNext && Next.Loss == UpdateOutcome.LostCalledBack;

    /// <summary>Has the memory of the next to arrive on its way, and of those who may come after it.</summary>
    public void ExpectNext()
    {
        Prefetch.Object(Next.Version);
        _flights.ExpectAfterNext();
    }

    /// <summary>Lets transfers over a shared link go on, up to the next arrival or a moment that comes before it.</summary>
    /// <param name="until">The moment.</param>
    public void LetTransfer(VirtualTime until) => _flights.LetTransfer(until);

    /// <summary>Listens to live clients until one of them ends its task, or another event is to be dealt with.</summary>
    /// <param name="until">When the next other event is, which a client that becomes ready may change.</param>
    /// <param name="cancellation">Ends the listening.</param>
    public async ValueTask ListenAsync(Func<VirtualTime> until, CancellationToken cancellation)
    {
        while (_live is not null && !_flights.KnowsNext && await _live.NextAsync(until(), cancellation).ConfigureAwait(false) is { } happened)
        {
            Hear(happened);
        }
    }

    /// <summary>When a live run that went on again did so: all that was in flight is lost then.</summary>
    public VirtualTime ResumedAt { get; set; }

    /// <summary>A client's group.</summary>
    public int GroupOf(int client) => _policy.Groups.Of(client);

    /// <summary>When the next client of a group wakes that was off when it should have left.</summary>
    public VirtualTime NextWake(int group) => _clients.NextWake(group);

    private void Hear(in LiveEvent happened)
    {
        if (happened.Kind == LiveEventKind.Ready || !_flights.TrySettle(happened))
        {
            _clients.Ready(happened.Client, happened.At);
        }
        else if (happened.Samples is { } samples)
        {
            _parts.Population.Learn(happened.Client, samples);
        }
    }

    /// <summary>The share of a whole task's computation that a client is asked for.</summary>
    public double WorkOf(int client, ClientAlgorithm algorithm) =>
        algorithm.Steps is { } steps ? (double)steps / _parts.Local.StepsPerTask(_parts.Population.Samples[client]) : 1;

    /// <summary>Says how many results will be asked for at most from now on.</summary>
    public void Expect(long results) => _parts.Trainer.Expect(results);

    /// <summary>The next flight has arrived.</summary>
    public void Land() => _flights.Take();

    /// <summary>A client that has come back may leave again.</summary>
    public void Return(int client)
    {
        // In a record nobody was selected.
        if (_parts.Recorded is null)
        {
            _clients.Return(client);
        }
    }

    /// <summary>A client that has come back has to wait.</summary>
    public void Hold(int client) => _held.Add(client);

    /// <summary>Hands out the clients that wait; none does any more.</summary>
    public int[] TakeHeld()
    {
        if (_held.Count == 0)
        {
            return [];
        }

        int[] held = [.. _held];
        _held.Clear();
        return held;
    }

    /// <summary>Ends flights before their time: their clients are idle again.</summary>
    /// <param name="which">Which flights.</param>
    /// <param name="now">The moment.</param>
    /// <returns>Those that ended, in the order in which they would have arrived.</returns>
    public IReadOnlyList<Flight> CallBack(Func<Flight, bool> which, VirtualTime now)
    {
        IReadOnlyList<Flight> ended = _flights.Remove(which, now);
        foreach (Flight flight in ended)
        {
            Return(flight.Client);
        }

        return ended;
    }

    /// <summary>Tells the selection what a client has done.</summary>
    public void Observe(in Arrival arrival, LocalOutcome outcome) => _clients[arrival.Group].Observe(arrival, outcome);

    /// <summary>A flight that landed has been dealt with; it is not to be used by the caller any more.</summary>
    /// <remarks>A good moment to see whether the versions take too much memory: the flight's own may be free now.</remarks>
    public void End(Flight flight)
    {
        flight.End();
        _over.Push(flight);
        if (_parts.Versions.Excess > 0)
        {
            FurthestNeeded.Spill(_parts.Versions, _flights.Waiting);
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

    /// <summary>The tasks that are out, in the order of dispatch.</summary>
    public RecordedTask[] Outstanding() =>
    [
        .. _flights.Waiting
            .OrderBy(flight => flight.Dispatched).ThenBy(flight => flight.BaseVersion).ThenBy(flight => flight.Client)
            .Select(flight => new RecordedTask(flight.Client, flight.Dispatched, VirtualTime.Never, flight.BaseVersion, null)),
    ];

    /// <summary>Gives up everything in flight.</summary>
    public void Dispose()
    {
        foreach (Flight flight in _flights.TakeAll())
        {
            flight.End();
        }
    }
}
