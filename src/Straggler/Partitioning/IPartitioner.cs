using Straggler.Simulation;

namespace Straggler.Partitioning;

/// <summary>Deals the training samples out to the clients.</summary>
public interface IPartitioner
{
    /// <summary>Assigns every sample to exactly one client.</summary>
    /// <param name="labels">The label of every training sample.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="clientCount">Number of clients, at least 1.</param>
    /// <param name="random">The partition's own stream.</param>
    /// <returns>For each client the indices of its samples, ascending.</returns>
    /// <exception cref="PartitionException">The request cannot be met (too few samples for the guarantee, say).</exception>
    int[][] Partition(ReadOnlySpan<int> labels, int classCount, int clientCount, RandomStream random);
}
