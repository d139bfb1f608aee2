using BenchmarkDotNet.Attributes;
using Straggler.Federation;
using Straggler.Partitioning;
using Straggler.Simulation;
using Straggler.Torch;
using Straggler.Torch.Datasets;
using Straggler.Torch.Training;
using Straggler.Training;

namespace Straggler.Benchmarks;

/// <summary>A client's update and a part of an evaluation, on one thread, with the images that come with the project.</summary>
/// <remarks>100 clients of 100 images each; batches of 32 make four gradient steps an update.</remarks>
public class LearningBenchmarks : IDisposable
{
    private const int Clients = 100;
    private readonly int[] _predictions = new int[WorkerPool.EvaluationChunk];
    private TorchProblem _problem = null!;
    private IClientLearner _learner = null!;
    private float[] _version = [];
    private float[] _trained = [];
    private int _occurrence;

    /// <summary>The model that is trained.</summary>
    [Params("logistic", "mlp", "cnn")]
    public string Model { get; set; } = "";

    [GlobalSetup]
    public void Load()
    {
        RandomStreams streams = new(1);
        ImageDataset dataset = LoaderBenchmarks.LoadImages();
        IReadOnlyList<ClientShard> shards = ClientShards.Deal(
            BuiltIns.Partitioners.Choose("iid").Create(), new(dataset.Train.Labels, dataset.Test.Labels, dataset.ClassNames.Length), Clients, streams);
        LocalTrainingOptions recipe = new() { LearningRate = 0.01, BatchSize = 32, Epochs = 1 };
        _problem = new(dataset, shards, TorchBuiltIns.Models.Choose(Model), recipe, streams);
        _learner = _problem.CreateLearner();
        _version = new float[_problem.Layout.Length];
        _trained = new float[_problem.Layout.Length];
        _problem.Initialize(_version);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _learner.Dispose();
        _problem.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public LocalOutcome ClientUpdate() =>
        _learner.Train(new(_occurrence % Clients, _occurrence++, ClientAlgorithm.Plain), _version, _trained, CancellationToken.None);

    [Benchmark]
    public double EvaluateAChunk() => _learner.Evaluate(_version, 0, _predictions);
}
