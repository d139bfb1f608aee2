using Straggler.Cli.Running;
using Straggler.Delays;
using Straggler.Experiments;
using Straggler.Metrics;
using Straggler.Recording;
using Straggler.Simulation;
using Straggler.Torch;
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
    private readonly ExperimentPlan _plan = new PlanLoader(new(TorchBuiltIns.Models, TorchBuiltIns.Datasets)).Load(null, workload.Configuration);

    /// <summary>Measures simulation and bare loop in turn, then the bare loop in libtorch's default memory layout.</summary>
    /// <param name="stage">Told what is being measured.</param>
    /// <param name="cancellation">Gives the measurement up.</param>
    public async Task<BenchResult> MeasureAsync(Action<string> stage, CancellationToken cancellation)
    {
        TimeSpan simulated = TimeSpan.Zero, bare = TimeSpan.Zero;
        TrainingLog log = new(workload.Trains);
        for (int repetition = 1; repetition <= Repetitions; repetition++)
        {
            stage($"{workload.Name}: simulation, {repetition} of {Repetitions}");
            log = new(workload.Trains);
            simulated += await SimulateAsync(log, cancellation).ConfigureAwait(false);
            if (workload.Trains)
            {
                stage($"{workload.Name}: bare loop of the same steps and evaluations, {repetition} of {Repetitions}");
                bare += Floor(log, MemoryOrder.ChannelsLast, cancellation).Wall;
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
            WallSeconds = simulated.TotalSeconds / Repetitions,
            FloorSeconds = bare.TotalSeconds / Repetitions,
            Arrivals = log.Arrivals,
            Evaluations = log.Evaluations,
            Workers = workload.Trains ? workers : 1,
        };
        if (!workload.Trains)
        {
            return result;
        }

        stage($"{workload.Name}: bare loop in libtorch's default memory layout");
        FloorResult plain = Floor(log, MemoryOrder.Default, cancellation);
        return result with
        {
            DefaultLayoutSeconds = plain.Wall.TotalSeconds,
            GradientSteps = plain.GradientSteps,
        };
    }

    private async Task<TimeSpan> SimulateAsync(TrainingLog log, CancellationToken cancellation)
    {
        using PreparedExperiment experiment = PreparedExperiment.Prepare(_plan, workers, _ => { }, cancellation);
        using FederatedSimulation simulation = experiment.CreateSimulation(log);
        long start = _clock.GetTimestamp();
        await simulation.RunAsync(cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return _clock.GetElapsedTime(start);
    }

    private FloorResult Floor(TrainingLog log, MemoryOrder order, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using PreparedExperiment experiment = PreparedExperiment.Prepare(_plan, workers, _ => { }, cancellation);
        return TrainingFloor.Run(experiment.Problem, log.Tasks, log.Evaluations, workers, order, _clock);
    }

    private TimeSpan TimeBareTimeline(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using PreparedExperiment experiment = PreparedExperiment.Prepare(_plan, workers, _ => { }, cancellation);
        DelayModel delays = experiment.CreateDelays();
        long start = _clock.GetTimestamp();
        TimelineFloor.Run(delays, new(_plan.Seed), _plan.ClientCount, _plan.Concurrency, _plan.Rounds);
        return _clock.GetElapsedTime(start);
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
