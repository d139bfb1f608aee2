using System.ComponentModel.DataAnnotations;
using Straggler.Configuration;

namespace Straggler.Training;

/// <summary>The local optimizers.</summary>
public enum LocalOptimizer
{
    /// <summary>Stochastic gradient descent, with optional momentum.</summary>
    Sgd,

    /// <summary>Adam (Kingma and Ba 2015) with PyTorch's defaults; its state starts afresh with every task.</summary>
    Adam,
}

/// <summary>How every client trains: the options of the configuration's <c>model</c> section that are not the architecture's.</summary>
public sealed record LocalTrainingOptions : IValidatableObject
{
    /// <summary>Most gradient steps of a task that can be asked for.</summary>
    public const int MostSteps = 100_000_000;

    /// <summary>Most batches that an epoch is taken to have had at a client that says itself how many samples it has.</summary>
    public const int MostToldBatches = 1_000_000;

    /// <summary>Learning rate.</summary>
    [Range(0.0, 1e3, MinimumIsExclusive = true)]
    [ConfigKey("lr")]
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Passes over the client's samples per task.</summary>
    [Range(1, 100_000)]
    public int Epochs { get; init; } = 1;

    /// <summary>Gradient steps per task instead of <see cref="Epochs"/>, passing over the samples as often as needed; null for epochs.</summary>
    [Range(1, MostSteps)]
    public int? Steps { get; init; }

    /// <summary>Samples per gradient step; the last batch of an epoch may be smaller.</summary>
    [Range(1, 1_000_000)]
    public int BatchSize { get; init; } = 32;

    /// <summary>The local optimizer.</summary>
    public LocalOptimizer Optimizer { get; init; } = LocalOptimizer.Sgd;

    /// <summary>Momentum of sgd, 0 for none.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; init; }

    /// <summary>Nesterov's form of momentum.</summary>
    public bool Nesterov { get; init; }

    /// <summary>L2 penalty added to the gradient, as in PyTorch.</summary>
    [Range(0.0, 1e3)]
    public double WeightDecay { get; init; }

    /// <summary>Scales each step's gradient down to this L2 norm at most; null for no clipping.</summary>
    [Range(0.0, 1e9, MinimumIsExclusive = true)]
    public double? ClipNorm { get; init; }

    /// <summary>How many samples a task passes over: the client's samples × epochs, or steps × batch size.</summary>
    /// <param name="samples">Training samples of the client.</param>
    public long SamplesPerTask(int samples) => Steps is { } steps ? (long)steps * Math.Min(BatchSize, samples) : (long)samples * Epochs;

    /// <summary>How many gradient steps a task makes: the client's batches × epochs, or the steps given; no more than an integer holds.</summary>
    /// <param name="samples">Training samples of the client.</param>
    public int StepsPerTask(int samples) => Steps ?? (int)Math.Min(int.MaxValue, (long)Epochs * ((samples + (long)BatchSize - 1) / BatchSize));

    /// <summary>How many gradient steps a task made at a client that says itself how many samples it has, and might say anything.</summary>
    /// <remarks>
    /// As many as <see cref="StepsPerTask"/>, but of batches no more than <see cref="MostToldBatches"/> an epoch, and of steps no more than
    /// <see cref="MostSteps"/>.
    /// </remarks>
    /// <param name="asked">Steps that this task was asked for; null for what all are asked for.</param>
    /// <param name="samples">Training samples of the client, as it says; at least one.</param>
    public int StepsOfTold(int? asked, int samples) =>
        asked ?? Steps ?? (int)Math.Min(MostSteps, Epochs * Math.Min(MostToldBatches, (samples + (long)BatchSize - 1) / BatchSize));

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Nesterov && Momentum == 0)
        {
            yield return new("nesterov needs a momentum above 0", [nameof(Nesterov)]);
        }

        if (Optimizer == LocalOptimizer.Adam && Momentum != 0)
        {
            yield return new("momentum belongs to sgd; adam has its own", [nameof(Momentum)]);
        }
    }
}
