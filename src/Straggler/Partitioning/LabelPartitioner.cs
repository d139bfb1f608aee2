using Straggler.Simulation;

namespace Straggler.Partitioning;

/// <summary>A partitioner that looks at the training labels alone; the test set follows by the clients' classes.</summary>
public abstract class LabelPartitioner : IPartitioner
{
    /// <inheritdoc/>
    public Shares Deal(LabelledSamples samples, int clientCount, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return new(Partition(samples.TrainLabels, samples.ClassCount, clientCount, random));
    }

    /// <summary>Assigns every sample to exactly one client.</summary>
    /// <param name="labels">The label of every training sample.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="clientCount">Number of clients, at least 1.</param>
    /// <param name="random">The partition's own stream.</param>
    /// <returns>For each client the indices of its samples, ascending.</returns>
    /// <exception cref="PartitionException">The request cannot be met (too few samples for the guarantee, say).</exception>
    public abstract int[][] Partition(ReadOnlySpan<int> labels, int classCount, int clientCount, RandomStream random);
}
