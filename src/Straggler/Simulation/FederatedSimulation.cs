using Straggler.Aggregation;
using Straggler.Checkpoints;
using Straggler.Compression;
using Straggler.Energy;
using Straggler.Federation;
using Straggler.Metrics;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Training;

namespace Straggler.Simulation;

/// <summary>One run: clients leave, train, arrive in virtual time, and the strategy moves the server's model.</summary>
/// <remarks>
/// The loop is one thread's work and reads as the process it simulates. Trainings are futures that workers compute meanwhile; the loop
/// waits for one only when its arrival is due, so the outcome depends on nothing but options, data and seed.
/// </remarks>
public sealed partial class FederatedSimulation : IStateful, IDisposable
{
    private readonly SimulationOptions _options;
    private readonly IServerStrategy _strategy;
    private readonly AggregationOptions _aggregation;
    private readonly VersionStore _versions;
    private readonly ServerModel _model;
    private readonly FlightControl _flights;
    private readonly Fleets _fleets;
    private readonly ClientPopulation _population;
    private readonly EvaluationLog _evaluations;
    private readonly Announcements _announcements;
    private readonly UpdateChannel _uplink;
    private readonly EnergyModel? _energy;
    private readonly RunStatistics _statistics;
    private readonly CheckpointLog _checkpoints;
    private VirtualTime _now;
    private bool _roundEnded;
    private bool _resumed;
    private bool _begun;

    /// <summary>Puts a run together.</summary>
    /// <param name="options">Concurrency, budgets, scheduling, evaluation.</param>
    /// <param name="parts">What the run is made of.</param>
    /// <param name="observers">Who watches; called on the loop's thread in this order.</param>
    public FederatedSimulation(SimulationOptions options, SimulationParts parts, params IReadOnlyList<IRunObserver> observers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Concurrency, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Concurrency, parts.Population.Count);
        if (parts is { Evaluator: not null, Accuracy: null })
        {
            throw new ArgumentException("An evaluator needs an accuracy counter, which turns its predictions into accuracies.", nameof(parts));
        }

        _options = options;
        _population = parts.Population;
        _strategy = parts.Strategy;
        _aggregation = options.Aggregation;
        _versions = parts.Versions;
        _model = new(parts.Versions);
        _announcements = new(observers);
        _uplink = parts.Uplink ?? new(new NoCompression(), parts.Streams, parts.Population.Count, new([]));
        _statistics = new(parts.Population.Count, parts.ModelBytes, parts.UploadBytes);
        _evaluations = new(parts.Evaluator, parts.Accuracy, _statistics, _announcements, options);
        _energy = parts.Energy;
        if (_energy is not null)
        {
            _statistics.CountsEnergy();
        }

        SchedulingServices scheduling = new(
            options.Scheduler, _strategy.IsSynchronous, options.Concurrency, parts.Population.Samples, parts.Streams)
        {
            OwnScheduler = _strategy.OwnScheduler,
            OwnSelection = _strategy.OwnSelection,
            HoldsClients = _strategy.HoldsClients,
            Delays = parts.Delays,
            TasksMayFail = parts.Fates?.MayFail ?? false,
            SharesLink = parts.Delays.ServerLink is not null,
        };
        IDispatchPolicy policy = options.Scheduler.Policy.Create()(scheduling);
        _fleets = new(policy);
        _flights = new(parts, _model, policy, scheduling);
        Clock = new(parts.Clock, inDetail: parts.Versions.Length > 0);
        _checkpoints = new(parts.Checkpoints, options.CheckpointEvery, _statistics);
    }

    /// <summary>Where the wall time of the loop goes.</summary>
    public LoopClock Clock { get; }

    /// <summary>Runs to a budget, the target accuracy or cancellation; whichever it is, the last model has been evaluated.</summary>
    /// <param name="cancellation">Ends the run early, keeping what has been done.</param>
    /// <exception cref="InvalidOperationException">
    /// A training or an evaluation failed, or nothing can happen any more, or the simulation was run before: it is for one run.
    /// </exception>
    public async Task<SimulationResult> RunAsync(CancellationToken cancellation)
    {
        BeginOnce();
        Clock.Start();
        _flights.Expect(_options.Rounds - _statistics.Arrivals);
        if (!_resumed)
        {
            await EvaluateAsync(cancellation).ConfigureAwait(false);
            DispatchWanted();
            await FinishEvaluationAsync(cancellation).ConfigureAwait(false);
        }

        StopReason? reason;
        while ((reason = WhyStop(NextEvent(), cancellation)) is null)
        {
            long version = _model.Version;
            _roundEnded = false;
            VirtualTime wake = NextWake;
            if (NextDeadline < _flights.NextArrival && NextDeadline <= wake)
            {
                OnDeadline();
            }
            else if (wake < _flights.NextArrival)
            {
                _now = wake;
            }
            else if (!await TryArriveAsync(cancellation).ConfigureAwait(false))
            {
                reason = StopReason.Cancelled;
                break;
            }

            if (HasMoved(version) || _options.Scheduler.Ties == TieRule.Sequence || _flights.NextArrival > _now)
            {
                DispatchWanted();
            }

            if (_evaluations.IsDue)
            {
                await EvaluateAsync(cancellation).ConfigureAwait(false);
            }

            if (_checkpoints.IsDue)
            {
                await FinishEvaluationAsync(cancellation).ConfigureAwait(false);
                _checkpoints.Save(this, _model.Version);
            }

            _evaluations.TellIfMeasured();
        }

        // Nobody awaits those in flight any more; given up, they do not keep workers from the evaluations.
        _flights.GiveUp();
        await FinishEvaluationAsync(CancellationToken.None).ConfigureAwait(false);

        // Before the last evaluation, which a run with a larger budget would not make here.
        _checkpoints.SaveLast(this, _model.Version);
        if (_evaluations.IsStale(_model.Version))
        {
            await EvaluateAsync(CancellationToken.None).ConfigureAwait(false);
            await FinishEvaluationAsync(CancellationToken.None).ConfigureAwait(false);
        }

        InFlightSummary inFlight = new(_flights.InFlight, _flights.VersionLag(_model.Version));
        _flights.Dispose();
        Clock.Stop();
        return Result(reason.Value, inFlight);
    }

    /// <summary>Gives up everything in flight and an evaluation under way.</summary>
    public void Dispose()
    {
        _flights.Dispose();
        _evaluations.Dispose();
    }

    private void BeginOnce()
    {
        if (_begun)
        {
            throw new InvalidOperationException("This simulation was run before; each run needs a simulation of its own.");
        }

        _begun = true;
    }

    /// <summary>When something happens next that the server has to do with; transfers that end before then are over.</summary>
    private VirtualTime NextEvent()
    {
        VirtualTime waitsUntil = Earlier(NextDeadline, NextWake);
        _flights.LetTransfer(waitsUntil);
        return Earlier(waitsUntil, _flights.NextArrival);
    }

    private StopReason? WhyStop(VirtualTime next, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return StopReason.Cancelled;
        }

        if (_evaluations.TargetReached)
        {
            return StopReason.TargetAccuracy;
        }

        if (_statistics.Arrivals >= _options.Rounds)
        {
            return StopReason.Rounds;
        }

        if (_lostInARow >= MostLostInARow)
        {
            return StopReason.AllLost;
        }

        if (_model.Version >= _options.Stop.ServerSteps)
        {
            return StopReason.ServerSteps;
        }

        if (next.Seconds > _options.Stop.VirtualTime)
        {
            _now = new(_options.Stop.VirtualTime.Value);
            return StopReason.VirtualTime;
        }

        return next != VirtualTime.Never ? null
            : throw new InvalidOperationException($"Nothing can happen after virtual time {_now}: nobody is in flight and nobody is sent.");
    }

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

    private static VirtualTime Earlier(VirtualTime left, VirtualTime right) => left < right ? left : right;

    /// <summary>Processes the next arrival; false if the run was cancelled while its training was waited for.</summary>
    private async ValueTask<bool> TryArriveAsync(CancellationToken cancellation)
    {
        Flight flight = _flights.Next;
        Arrival arrival = ArrivalOf(flight, flight.Due);
        TrainedModel? trained = null;
        if (flight.Loss is null && _strategy.Admits(arrival))
        {
            using LoopClock.Running waiting = Clock.Measure(LoopWork.TrainingWait);
            try
            {
                trained = await flight.ResultAsync(cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return false;
            }
        }

        _now = flight.Due;
        _flights.Land();
        ExpectNext();
        if (flight.Loss is { } loss)
        {
            Lose(arrival, loss);
        }
        else
        {
            Take(arrival, flight, trained);
        }

        LetGo(arrival.Client);
        _flights.End(flight);
        if (_fleets.EndsRound(arrival.Group, _now))
        {
            EndRound(arrival.Group);
        }

        return true;
    }

    private Arrival ArrivalOf(Flight flight, VirtualTime moment) => new(
        flight.Client, _population.Samples[flight.Client], flight.BaseVersion, _model.Version, flight.Dispatched, moment)
    {
        Group = _flights.GroupOf(flight.Client),
        Probability = flight.Probability,
    };

    /// <summary>A client that has come back may leave again, unless the strategy holds it.</summary>
    private void LetGo(int client)
    {
        if (_strategy.Holds(client))
        {
            _flights.Hold(client);
        }
        else
        {
            _flights.Return(client);
            _fleets.Landed(_flights.GroupOf(client));
        }
    }

    /// <summary>Has the memory of the client who arrives next on its way while this arrival is dealt with.</summary>
    private void ExpectNext()
    {
        if (_flights.KnowsNext)
        {
            int client = _flights.Next.Client;
            _population.Expect(client);
            _statistics.Expect(client);
        }
    }

    /// <summary>Gives an update to the strategy, unless the strategy (no training) or the guard against NaN refuses it.</summary>
    private void Take(in Arrival arrival, Flight flight, TrainedModel? trained)
    {
        CountEnergy(flight.Task);
        (UpdateOutcome outcome, double weight) = Aggregate(arrival, flight, trained);
        if (outcome == UpdateOutcome.Applied)
        {
            _fleets.Took(arrival.Group);
        }

        Record(arrival, weight, outcome, trained?.Outcome ?? new(double.NaN, 0));
    }

    private (UpdateOutcome Outcome, double Weight) Aggregate(in Arrival arrival, Flight flight, TrainedModel? trained)
    {
        using LoopClock.Running measured = Clock.Measure(LoopWork.Aggregation);
        if (trained is null)
        {
            _strategy.OnRefused(arrival, _model);
            return (UpdateOutcome.RefusedStale, 0);
        }

        using VersionLease sent = flight.Version.Read();
        if (_aggregation.ClipNorm is { } limit)
        {
            Clipping.Apply(trained.Writable, sent.Parameters, _versions.TrainableLength, limit);
        }

        ReadOnlySpan<float> received = _uplink.Receive(flight.Task, sent.Parameters, trained.Parameters, _aggregation.ClipNorm);
        if (!FlatVector.IsFinite(received))
        {
            StopIfAsked(arrival);
            _strategy.OnRefused(arrival, _model);
            return (UpdateOutcome.RefusedNonFinite, 0);
        }

        ClientUpdate update = new(sent.Parameters, received, trained.Outcome, flight.Task.Algorithm, arrival.Client);
        return (UpdateOutcome.Applied, _strategy.OnArrival(arrival, update, _model));
    }

    private void CountEnergy(in LocalTask task)
    {
        if (_energy is not null)
        {
            _statistics.CountEnergy(task.Client, _energy.Joules(task.Client, task.Occurrence, _flights.WorkOf(task.Client, task.Algorithm)));
        }
    }

    /// <summary>An update is not finite: ends the run, if that is asked for.</summary>
    private void StopIfAsked(in Arrival arrival)
    {
        if (_aggregation.NonFinite == NonFiniteRule.Stop)
        {
            throw new InvalidOperationException(
                $"Client {arrival.Client}, sent version {arrival.BaseVersion}, returned NaN or infinite values at virtual time {_now} (aggregation.non_finite: stop).");
        }
    }

    private void Record(in Arrival arrival, double weight, UpdateOutcome outcome, LocalOutcome local)
    {
        _lostInARow = 0;
        UpdateRecord record = RecordOf(arrival, weight, outcome, local) with { Arrival = _statistics.Arrivals + 1 };
        _statistics.Count(record, local.GradientSteps);
        _flights.Expect(_options.Rounds - _statistics.Arrivals);
        _fleets.Arrived(arrival.Group);
        _flights.Observe(arrival, local);
        _announcements.Add(record);
    }

    /// <summary>What happened to a task, at the present count of arrivals.</summary>
    private UpdateRecord RecordOf(in Arrival arrival, double weight, UpdateOutcome outcome, LocalOutcome local) => new(
        _statistics.Arrivals,
        arrival.Arrived.Seconds,
        arrival.Client,
        arrival.Dispatched.Seconds,
        arrival.BaseVersion,
        arrival.Version,
        weight,
        arrival.Samples,
        local.MeanLoss,
        outcome);

    private void DispatchWanted()
    {
        foreach (int client in _flights.TakeHeld())
        {
            LetGo(client);
        }

        for (int group = 0; group < _fleets.Count; group++)
        {
            int wanted = _fleets.Wanted(group);
            for (; wanted > 0 && _flights.TryDispatch(group, _now); wanted--)
            {
                _fleets.Left(group);
                _statistics.CountDispatch();
            }

            _fleets.Sent(group, all: wanted <= 0);
        }
    }

    /// <summary>Begins to evaluate the current version; arrivals go on meanwhile, unless the evaluation may stop the run.</summary>
    private async ValueTask EvaluateAsync(CancellationToken cancellation)
    {
        await FinishEvaluationAsync(cancellation).ConfigureAwait(false);
        _evaluations.Begin(_versions.HoldCurrent(), _now);
        if (_evaluations.DecidesTheStop)
        {
            await FinishEvaluationAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the evaluation under way, if there is one.</summary>
    private async ValueTask FinishEvaluationAsync(CancellationToken cancellation)
    {
        using LoopClock.Running waiting = Clock.Measure(LoopWork.EvaluationWait);
        try
        {
            await _evaluations.FinishAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // What was due is still measured, so that the records have no gap when the run goes on; the trainings make way for it.
            _flights.GiveUp();
            await _evaluations.FinishAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private SimulationResult Result(StopReason reason, InFlightSummary inFlight) => new()
    {
        StopReason = reason,
        VirtualTime = _now,
        ServerSteps = _model.Version,
        Statistics = _statistics,
        Convergence = _evaluations.Convergence,
        LastEvaluation = _evaluations.Last!,
        InFlight = inFlight,
    };
}
