using Straggler.Checkpoints;
using Straggler.Federation;
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
    private readonly IClientSelection[] _selections;
    private readonly EventQueue<Flight> _flights = new();
    private readonly Stack<Flight> _over = [];
    private readonly int[] _tasksSent;
    private readonly ClientQueues? _queues;

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
        _selections = [.. Enumerable.Range(0, policy.Groups.Count)
            .Select(group => select(services, group, policy.Groups.MembersOf(group, parts.Population.Count)))];
        _queues = _selections.Any(selection => selection.TakesBusy) ? new(parts.Population.Count) : null;
    }

    /// <summary>Clients in flight.</summary>
    public int InFlight => _flights.Count;

    /// <summary>When the next one arrives.</summary>
    public VirtualTime NextArrival => _flights.NextTime;

    /// <summary>The next to arrive.</summary>
    public Flight Next => _flights.Next;

    /// <summary>A client's group.</summary>
    public int GroupOf(int client) => _policy.Groups.Of(client);

    /// <summary>Sends the current version to an idle client of a group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="now">The moment of dispatch.</param>
    public void Dispatch(int group, VirtualTime now)
    {
        int client = _selections[group].Take();
        int samples = _parts.Population.Samples[client];
        Dispatch dispatch = new(client, samples, _tasksSent[client]++, _model.Version, now);
        ClientAlgorithm algorithm = _parts.Strategy.Instruct(dispatch, _model);
        Dispatch start = _queues is null ? dispatch : dispatch with { Dispatched = _queues.Start(client, now) };
        TaskTiming timing = _policy.Time(start, _parts.Delays.Duration(client, dispatch.Occurrence, WorkOf(client, algorithm)));
        _queues?.Add(client, timing.Due);
        algorithm = timing.Share < 1 ? algorithm with { Steps = CompleteSteps(timing.Share, algorithm, samples) } : algorithm;
        Flight flight = _over.TryPop(out Flight? over) ? over : new();
        flight.Start(new(client, dispatch.Occurrence, algorithm), VersionFor(algorithm), now, timing.Due, _parts.Trainer);
        flight.Probability = _queues is null ? 0 : _selections[group].Probability;
        _flights.Add(timing.Due, flight);
        Expect(_selections[group].Soon);
    }

    /// <summary>The share of a whole task's computation that a client is asked for.</summary>
    public double WorkOf(int client, ClientAlgorithm algorithm) =>
        algorithm.Steps is { } steps ? (double)steps / _parts.Local.StepsPerTask(_parts.Population.Samples[client]) : 1;

    /// <summary>The next flight has arrived: its client is idle again.</summary>
    public void Land()
    {
        int client = _flights.Take().Client;
        _selections[GroupOf(client)].Return(client);
    }

    /// <summary>Tells the selection what a client has done.</summary>
    public void Observe(in Arrival arrival, LocalOutcome outcome) => _selections[arrival.Group].Observe(arrival, outcome);

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

    /// <summary>Sum over the clients in flight of the versions that the server has moved on since.</summary>
    /// <param name="version">The server's version.</param>
    public long VersionLag(long version) => _flights.Waiting.Sum(flight => version - flight.BaseVersion);

    /// <inheritdoc/>
    /// <remarks>What a training came to so far is not kept: it is started again, from the same version, and comes to the same.</remarks>
    public void Save(StateWriter writer)
    {
        foreach (IClientSelection selection in _selections)
        {
            writer.Write("selection", selection);
        }

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
    }

    /// <inheritdoc/>
    /// <remarks>Flights are added in the order of their arrivals, so that those who tie stay in order.</remarks>
    public void Load(StateReader reader)
    {
        foreach (IClientSelection selection in _selections)
        {
            reader.Read("selection", selection);
        }

        reader.ReadInto<int>(_tasksSent);
        ModelVersion[] held = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => _parts.Versions.LoadOlder(reader))];
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            Flight flight = new();
            int place = reader.ReadInt32();
            flight.Load(reader, place < 0 ? _parts.Versions.Current : held[place], _parts.Trainer);
            _flights.Add(flight.Due, flight);
            _queues?.Add(flight.Client, flight.Due);
        }

        // Held by their flights from now on.
        Array.ForEach(held, version => version.Release());
    }

    /// <summary>Gives up everything in flight.</summary>
    public void Dispose()
    {
        while (_flights.Count > 0)
        {
            _flights.Take().End();
        }
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
