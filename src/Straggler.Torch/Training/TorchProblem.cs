using Straggler.Configuration;
using Straggler.Federation;
using Straggler.Simulation;
using Straggler.Torch.Datasets;
using Straggler.Torch.Models;
using Straggler.Torch.NativeLoading;
using Straggler.Training;
using TorchSharp;

namespace Straggler.Torch.Training;

/// <summary>An image classification problem on libtorch: a data set, its clients' shares, a model and a training recipe.</summary>
public sealed class TorchProblem : ILearningProblem
{
    private static readonly StreamPurpose _initialWeights = new("model.init");
    private static readonly StreamPurpose _batches = new("batches");

    private readonly ModelFactory _model;

    /// <summary>Sets the problem up; loads libtorch.</summary>
    /// <param name="dataset">The data; shared, never copied.</param>
    /// <param name="clients">Which samples each client holds.</param>
    /// <param name="model">The model.</param>
    /// <param name="training">How clients train.</param>
    /// <param name="streams">The run's random streams.</param>
    /// <exception cref="NativeLoadException">libtorch cannot be loaded.</exception>
    /// <exception cref="ModelShapeException">The model cannot work on such images, or not with this recipe.</exception>
    public TorchProblem(
        ImageDataset dataset, IReadOnlyList<ClientShard> clients, Choice<ModelFactory> model, LocalTrainingOptions training, RandomStreams streams)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dataset);
        Dataset = dataset;
        Clients = clients;
        Training = training;
        Streams = streams;
        _model = model.Create();
        NativeLoader.Load();
        using FlatModel example = CreateModel();
        Layout = example.Layout;
        HasBatchNorm = example.Module.modules().Any(layer => layer is BatchNorm);
        if (HasBatchNorm && training.BatchSize == 1)
        {
            throw new ModelShapeException(
                $"model.batch_size: 1 cannot train \"{model.Name}\" with BatchNorm, which needs at least 2 samples a batch; use norm: group.");
        }
    }

    /// <inheritdoc/>
    public ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> TestLabels => Dataset.Test.Labels;

    /// <inheritdoc/>
    public int ClassCount => Dataset.ClassNames.Length;

    /// <summary>The data.</summary>
    public ImageDataset Dataset { get; }

    /// <summary>The samples each client holds.</summary>
    public IReadOnlyList<ClientShard> Clients { get; }

    internal LocalTrainingOptions Training { get; }

    internal RandomStreams Streams { get; }

    internal bool HasBatchNorm { get; }

    /// <inheritdoc/>
    public void Initialize(Span<float> parameters)
    {
        using FlatModel model = CreateModel();
        model.Module.Initialize(InitialWeights());
        model.Values.CopyTo(parameters);
    }

    /// <inheritdoc/>
    public IClientLearner CreateLearner() => new TorchLearner(this, CreateModel());

    /// <inheritdoc/>
    public void ToCanonical(ReadOnlySpan<float> parameters, Span<float> canonical) => StorageOrder.ToCanonical(Layout, parameters, canonical);

    /// <summary>Copies a vector in PyTorch's element order into the order in which learners store it.</summary>
    /// <param name="canonical">The parts of the layout, each in PyTorch's row-major order.</param>
    /// <param name="parameters">Receives the vector as learners store it.</param>
    public void FromCanonical(ReadOnlySpan<float> canonical, Span<float> parameters) =>
        StorageOrder.FromCanonical(Layout, canonical, parameters);

    /// <summary>Does nothing: the problem holds no tensors of its own.</summary>
    public void Dispose()
    {
    }

    internal int LargestBatch => BatchOrder.Capacity(Training, Clients.Max(client => client.Train.Length));

    internal WeightInitializer InitialWeights() => new(Streams.Open(_initialWeights));

    /// <summary>The recipe as a client algorithm changes it.</summary>
    internal LocalTrainingOptions RecipeOf(ClientAlgorithm algorithm) => algorithm is { Steps: null, LearningRateScale: 1 }
        ? Training
        : Training with { Steps = algorithm.Steps ?? Training.Steps, LearningRate = Training.LearningRate * algorithm.LearningRateScale };

    internal BatchOrder Batches(LocalTask task) =>
        new(Clients[task.Client].Train, RecipeOf(task.Algorithm), HasBatchNorm, Streams.Open(_batches, task.Client, task.Occurrence));

    internal FlatModel CreateModel(MemoryOrder order = MemoryOrder.ChannelsLast)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        FederatedModule module = _model(Dataset.Shape, ClassCount);
        scope.Detach(module.parameters());
        scope.Detach(module.buffers());
        return new(module, order);
    }
}
