using Straggler.Availability;
using Straggler.Checkpoints;
using Straggler.Federation;
using Straggler.Metrics;
using Straggler.Recording;
using Straggler.Simulation;
using Straggler.Training;

namespace Straggler.SelfCheck;

/// <summary>Runs the real engine for one law. Each law has its own draws, so that adding a law changes no other.</summary>
/// <param name="seed">The self-check's seed.</param>
/// <param name="law">The law's number.</param>
/// <param name="sabotage">What is made wrong on purpose; null for nothing.</param>
/// <param name="cancellation">Gives the check up.</param>
internal sealed class Laboratory(ulong seed, int law, Sabotage? sabotage, CancellationToken cancellation)
{
    private static readonly StreamPurpose _purpose = new("selfcheck");
    private RandomStream _random = new RandomStreams(seed).Open(_purpose, law);

    /// <summary>A seed for a run.</summary>
    public ulong NextSeed() => _random.NextUInt64();

    /// <summary>A whole number from a range, both ends included: sizes, where the law holds for all of them.</summary>
    public int Draw(int low, int high) => low + _random.NextInt32(high - low + 1);

    /// <summary>Puts items into a random order.</summary>
    public void Shuffle<T>(Span<T> items) => _random.Shuffle(items);

    /// <summary>Runs the engine and throws its records away.</summary>
    public Task<SimulationResult> RunAsync(Timeline timeline) => RunAsync(timeline, _ => { });

    /// <summary>Runs the engine.</summary>
    /// <param name="timeline">What to run.</param>
    /// <param name="watch">Sees every arrival.</param>
    public async Task<SimulationResult> RunAsync(Timeline timeline, Action<UpdateRecord> watch) =>
        (await RunWithModelAsync(timeline, watch).ConfigureAwait(false)).Result;

    /// <summary>Runs the engine and hands out the last model, too.</summary>
    public async Task<(SimulationResult Result, float[] Parameters)> RunWithModelAsync(Timeline timeline, Action<UpdateRecord> watch)
    {
        timeline = sabotage?.Timeline(timeline) ?? timeline;
        using WorkerPool? workers = timeline.Learning is var (problem, count) ? new(problem, count, TimeProvider.System) : null;
        ParameterLayout layout = timeline.Learning?.Problem.Layout ?? TimingOnlyTrainer.Layout;
        float[] initial = new float[layout.Length];
        timeline.Learning?.Problem.Initialize(initial);
        VersionStore versions = new(layout, initial);
        using FederatedSimulation simulation = new(
            Options(timeline), Parts(timeline, versions, layout, workers), new Watch(watch, sabotage?.Record));
        if (timeline.From is { } checkpoint)
        {
            CheckpointFile.Verify(checkpoint);
            CheckpointFile.Read(checkpoint, simulation.Load);
        }

        SimulationResult result = await simulation.RunAsync(cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return (result, versions.Current.Resident.ToArray());
    }

    private static SimulationOptions Options(Timeline timeline) => new()
    {
        Concurrency = timeline.Concurrency,
        Rounds = timeline.Arrivals,
        Stop = new() { VirtualTime = timeline.Until },
        Scheduler = timeline.Scheduler,
        Evaluation = new() { EveryEvents = timeline.Learning is null ? int.MaxValue : 20 },
        CheckpointEvery = timeline.Checkpoints?.Every,
    };

    private SimulationParts Parts(Timeline timeline, VersionStore versions, ParameterLayout layout, WorkerPool? workers)
    {
        int[] work = timeline.Work.IsEmpty ? [.. Enumerable.Repeat(1, timeline.Clients)] : [.. timeline.Work];
        RandomStreams streams = new(timeline.Seed ?? NextSeed());
        ClientPopulation population = Population(timeline, work);
        IClientTrainer trainer = workers is null ? new TimingOnlyTrainer() : workers;
        return new()
        {
            Population = population,
            Streams = streams,
            Delays = new(timeline.Delay, streams, [.. work.Select(samples => (long)samples)], timeline.Bytes ?? layout.ByteCount),
            Fates = TaskFates.Create(timeline.Availability, timeline.Failure, partial: null, new(streams, timeline.Clients)),
            Strategy = timeline.Strategy(
                new(layout.Length, layout.TrainableLength, timeline.Clients, timeline.Concurrency, timeline.Scheduler.Redispatch)
                {
                    KnowsProbabilities = timeline.Scheduler.AllowsProbabilities,
                }),
            Versions = versions,
            Trainer = timeline.Probe?.Invoke(trainer) ?? trainer,
            Evaluator = workers,
            Accuracy = timeline.Learning is var (problem, _) ? new(problem.TestLabels, problem.ClassCount, population) : null,
            Checkpoints = timeline.Checkpoints?.Keeper,
            ModelBytes = layout.ByteCount,
        };
    }

    /// <summary>A run that learns shares the test samples out, so that per-client accuracies are compared, too.</summary>
    private static ClientPopulation Population(Timeline timeline, int[] work)
    {
        if (timeline.Learning is not var (problem, _))
        {
            return new(work);
        }

        int tests = problem.TestLabels.Count;
        return new(
            [.. work.Select((samples, client) => new ClientShard(
                [.. Enumerable.Range(0, samples)], [.. Enumerable.Range(0, tests).Where(test => test % timeline.Clients == client)]))],
            tests);
    }

    private sealed class Watch(Action<UpdateRecord> watch, Func<UpdateRecord, UpdateRecord>? distort) : IRunObserver
    {
        public void OnUpdate(in UpdateRecord update) => watch(distort is null ? update : distort(update));

        public void OnEvaluation(EvaluationRecord evaluation)
        {
        }
    }
}

/// <summary>Makes an engine wrong on purpose, so that tests see the self-check notice it.</summary>
internal sealed record Sabotage
{
    /// <summary>Runs something else than the law asked for: other delays, another strategy, another schedule.</summary>
    public Func<Timeline, Timeline> Timeline { get; init; } = timeline => timeline;

    /// <summary>Reports something else than what happened.</summary>
    public Func<UpdateRecord, UpdateRecord> Record { get; init; } = record => record;
}
