using Straggler.Federation;
using Straggler.Simulation;

namespace Straggler.Partitioning;

/// <summary>Deals a data set out to the clients: training samples by a partitioner, test samples by the same proportions.</summary>
public static class ClientShards
{
    private static readonly StreamPurpose _trainPurpose = new("partition");
    private static readonly StreamPurpose _testPurpose = new("partition.test");

    /// <summary>Deals a data set out; the same arguments and seed give the same shards.</summary>
    /// <param name="partitioner">How the training samples are dealt out.</param>
    /// <param name="trainLabels">The label of every training sample, 0 to <paramref name="classCount"/> − 1.</param>
    /// <param name="testLabels">The label of every test sample.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="clientCount">Number of clients, at least 1.</param>
    /// <param name="streams">The run's streams.</param>
    /// <returns>The shard of each client.</returns>
    /// <exception cref="PartitionException">The data cannot give what the partitioner is asked for.</exception>
    public static IReadOnlyList<ClientShard> Deal(
        IPartitioner partitioner,
        ReadOnlySpan<int> trainLabels,
        ReadOnlySpan<int> testLabels,
        int classCount,
        int clientCount,
        RandomStreams streams)
    {
        ArgumentNullException.ThrowIfNull(partitioner);
        ArgumentNullException.ThrowIfNull(streams);
        ArgumentOutOfRangeException.ThrowIfLessThan(clientCount, 1);
        int[][] train = partitioner.Partition(trainLabels, classCount, clientCount, streams.Open(_trainPurpose));
        int[][] test = TestSplitter.Split(train, trainLabels, testLabels, classCount, streams.Open(_testPurpose));
        return [.. train.Zip(test, (trainSamples, testSamples) => new ClientShard(trainSamples, testSamples))];
    }
}
