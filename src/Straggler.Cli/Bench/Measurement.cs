using System.Diagnostics;
using Straggler.Cli.Running;
using Straggler.Delays;
using Straggler.Experiments;
using Straggler.Lab.Running;
using Straggler.Metrics;
using Straggler.Recording;
using Straggler.Simulation;
using Straggler.Torch.Training;
using Straggler.Training;

namespace Straggler.Cli.Bench;

/// <summary>Measures a workload: simulation and bare loop in turn, in one process.</summary>
/// <param name="workload">The workload.</param>
/// <param name="workers">Threads that train, in the simulation and in the bare loops.</param>
internal sealed class Measurement(Workload workload, int workers)
{
    /// <summary>Times that simulation and bare loop are measured, in turn.</summary>
    private const int Repetitions = 2;

    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly ExperimentPlan _plan = ExperimentCommand.CreateLoader().Load(null, workload.Configuration);
    private readonly DatasetCache _datasets = new();

    /// <summary>Measures simulation and bare loop in turn, then the bare loop in libtorch's default memory layout.</summary>
    /// <param name="stage">Told what is being measured.</param>
    /// <param name="cancellation">Gives the measurement up.</param>
    public async Task<BenchResult> MeasureAsync(Action<string> stage, CancellationToken cancellation)
    {
        Spent simulated = default, bare = default;
        double idle = 0;
        TrainingLog log = new(workload.Trains);
        for (int repetition = 1; repetition <= Repetitions; repetition++)
        {
            stage($"{workload.Name}: simulation, {repetition} of {Repetitions}");
            log = new(workload.Trains);
            (Spent spent, double idleShare) = await SimulateAsync(log, cancellation).ConfigureAwait(false);
            simulated += spent;
            idle += idleShare;
            if (workload.Trains)
            {
                stage($"{workload.Name}: bare loop of the same steps and evaluations, {repetition} of {Repetitions}");
                bare += Floor(log, MemoryOrder.ChannelsLast, cancellation).Spent;
            }
            else
            {
                stage($"{workload.Name}: bare loop of the same arrivals, {repetition} of {Repetitions}");
                bare += TimeBareTimeline(cancellation);
            }
        }

        BenchResult result = new()
        {
            Workload = workload.Name,
            WallSeconds = simulated.Wall.TotalSeconds / Repetitions,
            FloorSeconds = bare.Wall.TotalSeconds / Repetitions,
            ProcessorSeconds = simulated.Processor.TotalSeconds / Repetitions,
            FloorProcessorSeconds = bare.Processor.TotalSeconds / Repetitions,
            Arrivals = log.Arrivals,
            Evaluations = log.Evaluations,
            Workers = workload.Trains ? workers : 1,
        };
        if (!workload.Trains)
        {
            return result;
        }

        stage($"{workload.Name}: bare loop in libtorch's default memory layout");
        FloorResult plain = Floor(log, MemoryOrder.Default, cancellation).Result;
        return result with
        {
            DefaultLayoutSeconds = plain.Wall.TotalSeconds,
            GradientSteps = plain.GradientSteps,
            IdleShare = idle / Repetitions,
        };
    }

    private async Task<(Spent Spent, double IdleShare)> SimulateAsync(TrainingLog log, CancellationToken cancellation)
    {
        using PreparedExperiment experiment = Prepare(cancellation);
        using FederatedSimulation simulation = experiment.CreateSimulation(log);
        Spent start = Now();
        await simulation.RunAsync(cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        Spent spent = Now() - start;
        return (spent, 1 - ((experiment.TrainingTime + experiment.EvaluationTime) / (spent.Wall * workers)));
    }

    /// <summary>The bare loop; its wall time is without setting up, its processor time with it.</summary>
    private (FloorResult Result, Spent Spent) Floor(TrainingLog log, MemoryOrder order, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using PreparedExperiment experiment = Prepare(cancellation);
        Spent start = Now();
        FloorResult result = TrainingFloor.Run(experiment.Problem, log.Tasks, log.Evaluations, workers, order, _clock);
        return (result, (Now() - start) with { Wall = result.Wall });
    }

    private Spent TimeBareTimeline(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using PreparedExperiment experiment = Prepare(cancellation);
        DelayModel delays = experiment.CreateDelays();
        Spent start = Now();
        TimelineFloor.Run(delays, new(_plan.Seed), _plan.ClientCount, _plan.Concurrency, _plan.Rounds);
        return Now() - start;
    }

    /// <summary>The parts of the workload; its data is loaded once for all measurements.</summary>
    private PreparedExperiment Prepare(CancellationToken cancellation) =>
        PreparedExperiment.Prepare(_plan, workers, _ => { }, cancellation, _datasets);

    private Spent Now()
    {
        using Process process = Process.GetCurrentProcess();
        return new(_clock.GetElapsedTime(0), process.TotalProcessorTime);
    }

    /// <summary>Wall time and processor time.</summary>
    private readonly record struct Spent(TimeSpan Wall, TimeSpan Processor)
    {
        public static Spent operator +(Spent one, Spent other) => new(one.Wall + other.Wall, one.Processor + other.Processor);

        public static Spent operator -(Spent one, Spent other) => new(one.Wall - other.Wall, one.Processor - other.Processor);
    }

    /// <summary>Takes down how many arrivals and evaluations there were and, of a run that trains, which trainings arrived.</summary>
    private sealed class TrainingLog(bool keepsTasks) : IRunObserver
    {
        private readonly Dictionary<int, int> _occurrences = [];

        public List<LocalTask> Tasks { get; } = [];

        public int Evaluations { get; private set; }

        public int Arrivals { get; private set; }

        public void OnUpdate(in UpdateRecord update)
        {
            Arrivals++;
            if (!keepsTasks)
            {
                return;
            }

            int occurrence = _occurrences.GetValueOrDefault(update.Client);
            _occurrences[update.Client] = occurrence + 1;
            Tasks.Add(new(update.Client, occurrence, ClientAlgorithm.Plain));
        }

        public void OnEvaluation(EvaluationRecord evaluation) => Evaluations++;
    }
}
