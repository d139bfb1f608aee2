using Straggler.Simulation;

namespace Straggler.Partitioning;

/// <summary>Deals a data set out to the clients.</summary>
public interface IPartitioner
{
    /// <summary>Gives each sample to one client, or to none.</summary>
    /// <param name="samples">What is dealt out.</param>
    /// <param name="clientCount">Number of clients, at least 1.</param>
    /// <param name="random">The partition's own stream.</param>
    /// <exception cref="PartitionException">The request cannot be met (too few samples for the guarantee, say).</exception>
    Shares Deal(LabelledSamples samples, int clientCount, RandomStream random);
}

/// <summary>A data set as partitioners see it.</summary>
/// <param name="TrainLabels">The label of every training sample, 0 to <paramref name="ClassCount"/> − 1.</param>
/// <param name="TestLabels">The label of every test sample.</param>
/// <param name="ClassCount">Number of classes.</param>
/// <param name="Owners">Whose samples they are by nature; null where the data does not say.</param>
public sealed record LabelledSamples(int[] TrainLabels, int[] TestLabels, int ClassCount, SampleOwners? Owners = null);

/// <summary>To whom samples belong by nature: the writer of a digit, the speaker of a line.</summary>
/// <param name="Names">The owners' names.</param>
/// <param name="Train">The owner of every training sample, an index into <paramref name="Names"/>.</param>
/// <param name="Test">The owner of every test sample.</param>
public sealed record SampleOwners(IReadOnlyList<string> Names, int[] Train, int[] Test);

/// <summary>Who got what.</summary>
/// <param name="Train">For each client the indices of its training samples, ascending; no index twice.</param>
/// <param name="Test">The same for the test samples; null where they are to be split by the clients' training labels.</param>
public sealed record Shares(int[][] Train, int[][]? Test = null);
