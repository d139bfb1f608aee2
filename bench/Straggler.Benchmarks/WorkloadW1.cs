using Straggler.Federation;
using Straggler.Metrics;
using Straggler.Partitioning;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Torch;
using Straggler.Torch.Datasets;
using Straggler.Torch.Training;
using Straggler.Training;

namespace Straggler.Benchmarks;

/// <summary>
/// Workload W1: 200 client updates of the small CNN on the full Fashion-MNIST, 100 clients, Dirichlet 0.3, fedasync, 10 in flight,
/// batches of 32, one epoch, SGD 0.01, the 10,000 test images evaluated every 50 arrivals.
/// </summary>
internal sealed class WorkloadW1 : IDisposable
{
    private const int Clients = 100;
    private const int Concurrency = 10;
    private const int Updates = 200;
    private const int EvaluationEvery = 50;

    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly RandomStreams _streams = new(42);
    private readonly LocalTrainingOptions _recipe = new() { LearningRate = 0.01, BatchSize = 32, Epochs = 1 };
    private readonly int _threads;
    private readonly IReadOnlyList<ClientShard> _shards;
    private readonly TorchProblem _problem;

    public WorkloadW1(int threads)
    {
        _threads = threads;
        ImageDataset dataset = DatasetStore.CreateDefault().Load("fashion_mnist", new GreyDatasetOptions());
        _shards = ClientShards.Deal(
            BuiltIns.Partitioners.Choose("dirichlet").Create(), new(dataset.Train.Labels, dataset.Test.Labels, dataset.ClassNames.Length),
            Clients, _streams);
        _problem = new(dataset, _shards, TorchBuiltIns.Models.Choose("cnn"), _recipe, _streams);
    }

    /// <summary>Runs the simulation.</summary>
    /// <returns>The wall time and the trainings whose updates arrived, in order.</returns>
    public async Task<(TimeSpan Wall, IReadOnlyList<LocalTask> Tasks, int Evaluations)> SimulateAsync()
    {
        float[] initial = new float[_problem.Layout.Length];
        _problem.Initialize(initial);
        ClientPopulation population = new(_shards, _problem.TestLabels.Count);
        Observer observer = new();
        using WorkerPool workers = new(_problem, _threads, _clock);
        SimulationOptions options = new()
        {
            Concurrency = Concurrency,
            Rounds = Updates,
            Evaluation = new() { EveryEvents = EvaluationEvery },
        };
        SimulationParts parts = new()
        {
            Population = population,
            Streams = _streams,
            Delays = new(new(), _streams, [.. population.Samples.Select(_recipe.SamplesPerTask)], _problem.Layout.ByteCount),
            Strategy = BuiltIns.Strategies.Choose("fedasync").Create()(new(
                _problem.Layout.Length, _problem.Layout.TrainableLength, Clients, Concurrency, Redispatch.Arrival)),
            Versions = new(_problem.Layout, initial),
            Trainer = workers,
            Evaluator = workers,
            Accuracy = new AccuracyCounter(_problem.TestLabels, _problem.ClassCount, population),
            ModelBytes = _problem.Layout.ByteCount,
        };
        using FederatedSimulation simulation = new(options, parts, observer);
        long start = _clock.GetTimestamp();
        await simulation.RunAsync(CancellationToken.None).ConfigureAwait(false);
        return (_clock.GetElapsedTime(start), observer.Tasks, observer.Evaluations);
    }

    /// <summary>Makes the same gradient steps and evaluations in a bare loop.</summary>
    public FloorResult Floor(IReadOnlyList<LocalTask> tasks, int evaluations, MemoryOrder order) =>
        TrainingFloor.Run(_problem, tasks, evaluations, _threads, order, _clock);

    public void Dispose() => _problem.Dispose();

    /// <summary>Takes down whose updates arrived.</summary>
    private sealed class Observer : IRunObserver
    {
        private readonly int[] _occurrences = new int[Clients];

        public List<LocalTask> Tasks { get; } = [];

        public int Evaluations { get; private set; }

        public void OnUpdate(in UpdateRecord update) =>
            Tasks.Add(new(update.Client, _occurrences[update.Client]++, ClientAlgorithm.Plain));

        public void OnEvaluation(EvaluationRecord evaluation) => Evaluations++;
    }
}
