using Straggler.Simulation;
using static TorchSharp.torch;

namespace Straggler.Torch.Training;

/// <summary>A learner's input buffers: gathers samples by index into the tensors that a model reads.</summary>
/// <remarks>Nothing is allocated per batch but the tensors' handles. Used by one thread at a time.</remarks>
internal interface ISampleBatch : IDisposable
{
    /// <summary>Gathers training samples.</summary>
    /// <param name="samples">Their indices.</param>
    /// <param name="view">How the client sees them.</param>
    /// <returns>Inputs and targets, as the model and its loss take them: views, valid until the next call.</returns>
    (Tensor Inputs, Tensor Targets) FillTraining(ReadOnlySpan<int> samples, ref ClientView view);

    /// <summary>Gathers as many test samples as are evaluated at once.</summary>
    /// <param name="first">The first.</param>
    /// <param name="left">How many are wanted, at least 1.</param>
    /// <returns>Inputs and targets, and how many of the samples they hold.</returns>
    (Tensor Inputs, Tensor Targets, int Taken) FillTest(int first, int left);

    /// <summary>Reads the predictions of the test samples gathered last.</summary>
    /// <param name="classes">The model's prediction for each place of its output.</param>
    /// <param name="predictions">Receives that of each sample.</param>
    void ReadPredictions(ReadOnlySpan<long> classes, Span<int> predictions);
}

/// <summary>How a client sees its training samples during one task.</summary>
internal struct ClientView
{
    private static readonly StreamPurpose _noisePurpose = new("feature_noise");

    private readonly RandomStreams? _streams;
    private readonly int _client;

    /// <summary>The draws of random crops and flips.</summary>
    public RandomStream Augmentation;

    /// <summary>The view of a client.</summary>
    /// <param name="streams">The run's streams.</param>
    /// <param name="client">The client.</param>
    /// <param name="augmentation">The draws of random crops and flips, where the data set has them.</param>
    /// <param name="noise">Deviation of the noise on its inputs, at least 0.</param>
    public ClientView(RandomStreams streams, int client, RandomStream augmentation, double noise)
    {
        (_streams, _client, Augmentation, Noise) = (streams, client, augmentation, noise);
        Augments = true;
    }

    /// <summary>Samples as they are: no augmentation, no noise.</summary>
    public static ClientView Plain => default;

    /// <summary>Whether samples are augmented where the data set is.</summary>
    public bool Augments { get; }

    /// <summary>Deviation of the Gaussian noise on the inputs, before they are normalised; 0 for none.</summary>
    public double Noise { get; }

    /// <summary>The noise of a sample: the same at every use, another for every client and sample.</summary>
    public readonly RandomStream NoiseOf(int sample) => _streams!.Open(_noisePurpose, _client, sample);
}
