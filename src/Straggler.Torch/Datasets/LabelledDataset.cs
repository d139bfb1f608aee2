using System.Collections.Immutable;
using System.Security.Cryptography;
using Straggler.Partitioning;
using Straggler.Torch.Training;

namespace Straggler.Torch.Datasets;

/// <summary>A labelled data set in memory, as partitioners, learners and checkpoints see it; what a sample is, its kind knows.</summary>
/// <remarks>
/// Training samples are what clients hold and batches are made of. Test samples are what predictions are made for and counted by. For
/// images both are images; for text a training sample is a sequence and a test sample is one character of the held-out text.
/// </remarks>
public abstract record LabelledDataset
{
    /// <summary>The configuration name, such as <c>cifar10</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The classes' names, in label order.</summary>
    public required ImmutableArray<string> ClassNames { get; init; }

    /// <summary>What a model reads.</summary>
    public abstract IInputShape Input { get; }

    /// <summary>The label of every training sample.</summary>
    public abstract int[] TrainLabels { get; }

    /// <summary>The label of every test sample.</summary>
    public abstract int[] TestLabels { get; }

    /// <summary>Whose the samples are by nature; null where the data does not say.</summary>
    public virtual SampleOwners? Owners => null;

    /// <summary>Test samples that are evaluated as one piece of work.</summary>
    public abstract int EvaluationChunk { get; }

    /// <summary>The labels and owners, for partitioners.</summary>
    public LabelledSamples ToSamples() => new(TrainLabels, TestLabels, ClassNames.Length, Owners);

    /// <summary>The same data with a part of the test samples.</summary>
    /// <param name="samples">Which, ascending.</param>
    public abstract LabelledDataset WithTest(IReadOnlyList<int> samples);

    /// <summary>Adds everything that a run can learn from to a fingerprint.</summary>
    /// <param name="hash">The fingerprint.</param>
    public abstract void AppendTo(IncrementalHash hash);

    /// <summary>Makes a learner's input buffers.</summary>
    /// <param name="capacity">Most training samples in a batch.</param>
    /// <param name="order">How images are stored.</param>
    internal abstract ISampleBatch CreateBatch(int capacity, MemoryOrder order = MemoryOrder.ChannelsLast);
}

/// <summary>What a model reads: images or sequences of tokens.</summary>
public interface IInputShape
{
    /// <summary>What the inputs are, for messages: "images of 3x32x32".</summary>
    string Description { get; }
}
