using Straggler.Configuration;
using Straggler.Federation;
using Straggler.Simulation;
using Straggler.Torch.Datasets;
using Straggler.Torch.Models;
using Straggler.Torch.NativeLoading;
using Straggler.Training;
using TorchSharp;

namespace Straggler.Torch.Training;

/// <summary>A classification problem on libtorch, of images or of the next character: a data set, its clients' shares, a model and a training recipe.</summary>
public sealed class TorchProblem : ILearningProblem
{
    private static readonly StreamPurpose _initialWeights = new("model.init");
    private static readonly StreamPurpose _batches = new("batches");

    private readonly ModelFactory _model;
    private readonly double _featureNoise;

    /// <summary>Sets the problem up; loads libtorch.</summary>
    /// <param name="dataset">The data; shared, never copied.</param>
    /// <param name="clients">Which samples each client holds.</param>
    /// <param name="model">The model.</param>
    /// <param name="training">How clients train.</param>
    /// <param name="streams">The run's random streams.</param>
    /// <param name="featureNoise">Deviation of the noise on the last client's images, on the scale 0 to 1; the others have less (see <see cref="NoiseOf"/>).</param>
    /// <exception cref="NativeLoadException">libtorch cannot be loaded.</exception>
    /// <exception cref="ModelShapeException">The model cannot work on such samples, or not with this recipe.</exception>
    /// <exception cref="InvalidOptionException">There is noise for samples that are no images.</exception>
    public TorchProblem(
        LabelledDataset dataset,
        IReadOnlyList<ClientShard> clients,
        Choice<ModelFactory> model,
        LocalTrainingOptions training,
        RandomStreams streams,
        double featureNoise = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dataset);
        if (featureNoise > 0 && dataset.Input is not ImageShape)
        {
            throw new InvalidOptionException("partition.feature_noise", $"works on images; {dataset.Name} holds {dataset.Input.Description}. Expected 0");
        }

        _featureNoise = featureNoise;
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
    public IReadOnlyList<int> TestLabels => Dataset.TestLabels;

    /// <inheritdoc/>
    public int ClassCount => Dataset.ClassNames.Length;

    /// <inheritdoc/>
    public int EvaluationChunk => Dataset.EvaluationChunk;

    /// <summary>The data.</summary>
    public LabelledDataset Dataset { get; }

    /// <summary>The samples each client holds.</summary>
    public IReadOnlyList<ClientShard> Clients { get; }

    /// <summary>Threads inside each tensor operation, at least 1. Sums are split among them, so the results' last bits depend on it.</summary>
    public int OperatorThreads { get; init; } = 1;

    /// <summary>How clients train.</summary>
    public LocalTrainingOptions Training { get; }

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

    /// <summary>Deviation of the noise on a client's images: σ·i/N for client i of N, counted from 1.</summary>
    /// <remarks>
    /// Source: Q. Li et al., "Federated learning on non-IID data silos: an experimental study", ICDE 2022, arXiv:2102.02079, section IV-B.
    /// The paper calls σ·i/N a variance, its authors' code uses it as the deviation, which is what their results stand on and what is done
    /// here. Deviations from the code: i/N as in the paper for (i − 1)/(N − 1); a sample's noise stays the same; test data has none.
    /// </remarks>
    internal double NoiseOf(int client) => _featureNoise * (client + 1) / Clients.Count;

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
        FederatedModule module = _model(Dataset.Input, ClassCount);
        scope.Detach(module.parameters());
        scope.Detach(module.buffers());
        return new(module, order);
    }
}
