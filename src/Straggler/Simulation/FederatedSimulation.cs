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
    private readonly ILiveClients? _live;
    private readonly RecordedTimeline? _recorded;
    private readonly LocalTrainingOptions _local;
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
        _live = parts.Live;
        _recorded = parts.Recorded;
        _statistics = new(parts.Population.Count, parts.ModelBytes, parts.UploadBytes) { CountsOnlyClientsSent = LearnsSamples };
        _evaluations = new(parts.Evaluator, parts.Accuracy, _statistics, _announcements, options);
        _local = parts.Local;
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
            TasksMayFail = parts.Live is not null || (parts.Fates?.MayFail ?? false),
            SharesLink = parts is { Live: null, Recorded: null, Delays.ServerLink: not null },
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
        await BeginAsync(cancellation).ConfigureAwait(false);
        StopReason? reason;
        while ((reason = WhyStop(await NextEventAsync(cancellation).ConfigureAwait(false), cancellation)) is null)
        {
            long version = _model.Version;
            if (!await TryProcessNextAsync(cancellation).ConfigureAwait(false))
            {
                reason = StopReason.Cancelled;
                break;
            }

            if (HasMoved(version) || _options.Scheduler.Ties == TieRule.Sequence || _flights.NextArrival > _now)
            {
                DispatchWanted();
            }

            await EvaluateIfDueAsync(cancellation).ConfigureAwait(false);
            await SaveIfDueAsync(cancellation).ConfigureAwait(false);
            _evaluations.TellIfMeasured();
        }

        return await EndAsync(reason.Value).ConfigureAwait(false);
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

    /// <summary>The first clients leave with the initial model, which is evaluated meanwhile; of a run that goes on they have left.</summary>
    private async ValueTask BeginAsync(CancellationToken cancellation)
    {
        _live?.Begin(_now);
        _flights.Expect(_options.Rounds - _statistics.Arrivals);
        if (!_resumed)
        {
            await EvaluateAsync(cancellation).ConfigureAwait(false);
            DispatchWanted();
            await FinishEvaluationAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Processes whatever comes next: a deadline, a client that wakes, or an arrival; false if the run was cancelled meanwhile.</summary>
    private ValueTask<bool> TryProcessNextAsync(CancellationToken cancellation)
    {
        _roundEnded = false;
        VirtualTime wake = NextWake;
        if (IsBeforeArrivals(NextDeadline) && NextDeadline <= wake)
        {
            OnDeadline();
            return new(true);
        }

        if (wake < _flights.NextArrival)
        {
            _now = wake;
            return new(true);
        }

        return TryArriveAsync(cancellation);
    }

    /// <summary>Whether a deadline comes before the next arrival; what a record has called back at its moment was so by it.</summary>
    private bool IsBeforeArrivals(VirtualTime deadline) =>
        deadline < _flights.NextArrival || (deadline == _flights.NextArrival && _flights.NextIsCalledBack);

    private async ValueTask<SimulationResult> EndAsync(StopReason reason)
    {
        // Nobody awaits those in flight any more; given up, they do not keep workers from the evaluations.
        _flights.GiveUp();
        _evaluations.IsLast = !_evaluations.IsStale(_model.Version);
        await FinishEvaluationAsync(CancellationToken.None).ConfigureAwait(false);

        // Before the last evaluation, which a run with a larger budget would not make here.
        _checkpoints.SaveLast(this, _model.Version);
        if (!_evaluations.IsLast)
        {
            _evaluations.IsLast = true;
            await EvaluateAsync(CancellationToken.None).ConfigureAwait(false);
            await FinishEvaluationAsync(CancellationToken.None).ConfigureAwait(false);
        }

        RecordedTask[] outstanding = _flights.Outstanding();
        _flights.Dispose();
        Clock.Stop();
        return Result(reason, outstanding);
    }

    private ValueTask EvaluateIfDueAsync(CancellationToken cancellation) => _evaluations.IsDue ? EvaluateAsync(cancellation) : default;

    private ValueTask SaveIfDueAsync(CancellationToken cancellation) => _checkpoints.IsDue ? SaveAsync(cancellation) : default;

    private async ValueTask SaveAsync(CancellationToken cancellation)
    {
        await FinishEvaluationAsync(cancellation).ConfigureAwait(false);
        _checkpoints.Save(this, _model.Version);
    }

    private void DispatchWanted()
    {
        foreach (int client in _flights.TakeHeld())
        {
            LetGo(client);
        }

        if (_recorded is not null)
        {
            DispatchRecorded(_recorded);
            return;
        }

        for (int group = 0; group < _fleets.Count; group++)
        {
            int wanted = _fleets.Wanted(group);
            for (; wanted > 0 && _flights.TryDispatch(group, _now); wanted--)
            {
                _fleets.Left(group);
                _statistics.CountDispatch(_flights.ClientsSent);
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

    private SimulationResult Result(StopReason reason, RecordedTask[] outstanding) => new()
    {
        StopReason = reason,
        VirtualTime = _now,
        ServerSteps = _model.Version,
        Statistics = _statistics,
        Convergence = _evaluations.Convergence,
        LastEvaluation = _evaluations.Last!,
        InFlight = new(outstanding.Length, outstanding.Sum(task => _model.Version - task.BaseVersion)),
        Outstanding = outstanding,
        TasksSent = [.. _flights.TasksSent],
    };
}
