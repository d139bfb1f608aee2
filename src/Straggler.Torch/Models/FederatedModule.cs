using Straggler.Torch.Training;
using Straggler.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Straggler.Torch.Models;

/// <summary>A model as a federated experiment sees it: forward pass, loss, predictions, initial weights and optimizer.</summary>
/// <remarks>
/// In the manner of Lightning's LightningModule: the model says what, and the learner owns the loop. Register submodules with
/// <c>register_module</c> under PyTorch's names; names, shapes and order of the flat vector follow from them. Any TorchSharp module will
/// do inside, as long as it draws no random numbers of its own (see <see cref="Randomness"/>). A module belongs to one worker.
/// </remarks>
public abstract class FederatedModule : nn.Module<Tensor, Tensor>
{
    /// <summary>Names the model.</summary>
    /// <param name="name">The name, for messages.</param>
    protected FederatedModule(string name)
        : base(name)
    {
    }

    /// <summary>
    /// The generator for draws inside the forward pass (dropout), seeded anew for every client task. Layers must use it, for libtorch's
    /// default generator is shared by all threads and would make results depend on their timing.
    /// </summary>
    public Generator? Randomness { get; internal set; }

    /// <summary>Maps a batch to class scores.</summary>
    /// <param name="input">
    /// [batch, channels, height, width], stored channels-last, or [batch, length] int64 tokens; owned by the caller.
    /// </param>
    /// <returns>[batch, classes] logits, of sequences [batch × length, classes], before any softmax; disposed of with the caller's dispose scope.</returns>
    public abstract override Tensor forward(Tensor input);

    /// <summary>While training, zeroes each element with a probability and scales the rest up to keep the mean.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="probability">Of dropping an element, from 0 to below 1.</param>
    protected Tensor Dropout(Tensor input, double probability)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!training || probability == 0)
        {
            return input;
        }

        double kept = 1 - probability;

        // "using" also keeps the garbage collector from freeing the scalar while libtorch reads it.
        using Scalar scale = (1 / kept).ToScalar();
        return input.mul(empty_like(input).bernoulli_(kept, Randomness).mul_(scale));
    }

    /// <summary>The loss that clients minimise: cross-entropy unless overridden.</summary>
    /// <param name="logits">[batch, classes].</param>
    /// <param name="labels">[batch] int64.</param>
    /// <param name="reduction">Mean for training, sum for evaluation.</param>
    /// <returns>A scalar.</returns>
    public virtual Tensor Loss(Tensor logits, Tensor labels, nn.Reduction reduction = nn.Reduction.Mean) =>
        nn.functional.cross_entropy(logits, labels, reduction: reduction);

    /// <summary>The class that each sample is given: the one with the highest score unless overridden.</summary>
    /// <param name="logits">[batch, classes].</param>
    /// <returns>[batch] int64.</returns>
    public virtual Tensor Predict(Tensor logits) => logits.argmax(1);

    /// <summary>Fills the initial weights: PyTorch's defaults unless overridden.</summary>
    /// <param name="weights">Fills layers from the run's own random stream.</param>
    public virtual void Initialize(WeightInitializer weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        weights.FillDefaults(this);
    }

    /// <summary>Makes the optimizer of one client task: as configured unless overridden.</summary>
    /// <param name="options">The configured recipe.</param>
    /// <returns>A new optimizer without state.</returns>
    public virtual FlatOptimizer ConfigureOptimizer(LocalTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Optimizer switch
        {
            LocalOptimizer.Sgd => new FlatSgd(options.LearningRate, options.Momentum, options.Nesterov, options.WeightDecay),
            LocalOptimizer.Adam => new FlatAdam(options.LearningRate, options.WeightDecay),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Optimizer, "There is no such optimizer."),
        };
    }
}
