using Straggler.Availability;
using Straggler.Checkpoints;
using Straggler.Delays;
using Straggler.Federation;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Training;

namespace Straggler.Simulation;

/// <summary>The clients in flight: sends idle ones out and hands over arrivals in order of virtual time.</summary>
internal sealed class FlightControl : IStateful, IDisposable
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

    /// <summary>Sends the current version to an idle client of a group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="now">The moment of dispatch.</param>
    /// <returns>Whether there was one that is on.</returns>
    public bool TryDispatch(int group, VirtualTime now)
    {
        int client = _clients.Take(group, now);
        if (client >= 0)
        {
            Dispatch(client, now, null);
            Expect(_clients[group].Soon);
        }

        return client >= 0;
    }

    /// <summary>Sends the current version to the client who leaves next in the record.</summary>
    /// <param name="now">The moment of dispatch.</param>
    /// <returns>The client's group.</returns>
    public int DispatchRecorded(VirtualTime now)
    {
        (int place, RecordedTask task) = _parts.Recorded!.Take();
        Dispatch(task.Client, now, (place, task));
        return GroupOf(task.Client);
    }

    private void Dispatch(int client, VirtualTime now, (int Place, RecordedTask Task)? recorded)
    {
        Dispatch dispatch = new(client, _parts.Population.Samples[client], _tasksSent[client]++, _model.Version, now);
        ClientAlgorithm algorithm = PartOf(_parts.Strategy.Instruct(dispatch, _model), dispatch);
        Dispatch begun = _queues is null ? dispatch : dispatch with { Dispatched = _queues.Start(client, now) };
        (TaskTiming timing, UpdateOutcome? loss) = _live is null ? Foresee(begun, algorithm) : (new(VirtualTime.Never), null);
        if (recorded is { Task: var (_, _, ended, _, lost) })
        {
            // Who never comes back need not train.
            (timing, loss) = (timing with { Due = ended }, ended == VirtualTime.Never ? UpdateOutcome.LostOffline : lost);
        }

        _queues?.Add(client, timing.Due);
        algorithm = timing.Share < 1 ? algorithm with { Steps = CompleteSteps(timing.Share, algorithm, dispatch.Samples) } : algorithm;
        Flight flight = _over.TryPop(out Flight? over) ? over : new();
        LocalTask task = new(client, dispatch.Occurrence, algorithm);
        flight.Start(task, VersionFor(algorithm), new(now, timing.Due, loss), _parts.Trainer);
        flight.Probability = _queues is null || recorded is not null ? 0 : _clients[GroupOf(client)].Probability;
        if (timing.Due == VirtualTime.Never)
        {
            _flights.AddOpen(flight);
        }
        else if (recorded is { Place: var place })
        {
            _flights.AddInPlace(flight, place);
        }
        else if (_sharesLink)
        {
            _flights.Add(flight, PlanOf(flight), now);
        }
        else
        {
            _flights.Add(flight);
        }
    }

    private void Hear(in LiveEvent happened)
    {
        UpdateOutcome? loss = happened.Kind == LiveEventKind.Lost ? happened.Loss : null;
        if (happened.Kind == LiveEventKind.Ready || !_flights.TrySettle(happened.Client, happened.At, loss))
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

    /// <inheritdoc/>
    /// <remarks>What a training came to so far is not kept: it is started again, from the same version, and comes to the same.</remarks>
    public void Save(StateWriter writer)
    {
        writer.Write("clients", _clients);
        writer.Write<int>([.. _held]);
        writer.Write<int>(_tasksSent);
        Flight[] flights = [.. _flights.InOrder];
        ModelVersion[] held = [.. flights.Select(flight => flight.Version).Where(version => version != _parts.Versions.Current).Distinct()];
        Dictionary<ModelVersion, int> places = [];
        writer.Write(held.Length);
        foreach (ModelVersion version in held)
        {
            places.Add(version, places.Count);
            _parts.Versions.SaveOlder(version, writer);
        }

        writer.Write(flights.Length);
        foreach (Flight flight in flights)
        {
            writer.Write(places.GetValueOrDefault(flight.Version, -1));
            flight.Save(writer);
        }

        _flights.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        reader.Read("clients", _clients);
        _held.AddRange(reader.ReadArray<int>(_tasksSent.Length));
        reader.ReadInto<int>(_tasksSent);
        ModelVersion[] held = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => _parts.Versions.LoadOlder(reader))];
        Flight[] flights = new Flight[reader.ReadInt32()];
        for (int number = 0; number < flights.Length; number++)
        {
            Flight flight = flights[number] = new();
            int place = reader.ReadInt32();
            flight.Load(reader, place < 0 ? _parts.Versions.Current : held[place], _parts.Trainer, _live is null ? null : ResumedAt);
            _queues?.Add(flight.Client, flight.Due);
        }

        _flights.Load(reader, flights, PlanOf);

        // Held by their flights from now on.
        Array.ForEach(held, version => version.Release());
    }

    /// <summary>Gives up everything in flight.</summary>
    public void Dispose()
    {
        foreach (Flight flight in _flights.TakeAll())
        {
            flight.End();
        }
    }

    /// <summary>What a client does of its task, if it does only a part of the steps.</summary>
    private ClientAlgorithm PartOf(ClientAlgorithm algorithm, in Dispatch dispatch)
    {
        double share = _parts.Fates?.WorkShare(dispatch.Client, dispatch.Occurrence) ?? 1;
        int whole = share < 1 ? algorithm.Steps ?? _parts.Local.StepsPerTask(dispatch.Samples) : 0;
        return share < 1 ? algorithm with { Steps = Math.Max(1, (int)Math.Round(share * whole)) } : algorithm;
    }

    /// <summary>When a task ends, with how many steps, and whether it is lost.</summary>
    private (TaskTiming Timing, UpdateOutcome? Loss) Foresee(in Dispatch dispatch, ClientAlgorithm algorithm)
    {
        VirtualDuration duration = _parts.Delays.Duration(dispatch.Client, dispatch.Occurrence, WorkOf(dispatch.Client, algorithm));
        if (_parts.Fates is null)
        {
            return (_policy.Time(dispatch, duration), null);
        }

        TaskFate fate = _parts.Fates.Foresee(dispatch.Client, dispatch.Occurrence, dispatch.Dispatched, duration);
        if (fate.Loss is not null)
        {
            return (new(fate.Ends), fate.Loss);
        }

        // A task without a break keeps its duration to the last bit.
        bool unbroken = fate.Ends == dispatch.Dispatched + duration;
        return (_policy.Time(dispatch, unbroken ? duration : fate.Ends - dispatch.Dispatched), null);
    }

    /// <summary>What is known of a flight over a shared link, at any time.</summary>
    private LinkPlan PlanOf(Flight flight)
    {
        (int client, int occurrence, ClientAlgorithm algorithm) = flight.Task;
        (Transfer down, Transfer up) = _parts.Delays.TransfersOf(client, occurrence);
        return new(
            _parts.Delays.Of(client, occurrence, WorkOf(client, algorithm)), down, up, _parts.Fates?.HazardOf(client, occurrence) ?? default);
    }

    /// <summary>Has the memory of a client who leaves soon on its way.</summary>
    private void Expect(int client)
    {
        _parts.Population.Expect(client);
        _parts.Delays.Expect(client);
        Prefetch.Element(_tasksSent, client);
    }

    /// <summary>The gradient steps that a share of a task holds; a step that ends at the very moment counts, whatever the rounding.</summary>
    private int CompleteSteps(double share, ClientAlgorithm algorithm, int samples) =>
        (int)((share * (algorithm.Steps ?? _parts.Local.StepsPerTask(samples))) + 1e-9);

    private ModelVersion VersionFor(ClientAlgorithm algorithm) =>
        algorithm.Start.IsEmpty ? _parts.Versions.HoldCurrent() : _parts.Versions.Keep(algorithm.Start.Span);
}
