using Straggler.Federation;
using Straggler.Simulation;

namespace Straggler.Partitioning;

/// <summary>Deals a data set out to the clients: training samples by a partitioner, test samples by the same proportions
/// unless the partitioner deals them out too.</summary>
public static class ClientShards
{
    private static readonly StreamPurpose _trainPurpose = new("partition");
    private static readonly StreamPurpose _testPurpose = new("partition.test");

    /// <summary>Deals a data set out; the same arguments and seed give the same shards.</summary>
    /// <param name="partitioner">How the samples are dealt out.</param>
    /// <param name="samples">The data set.</param>
    /// <param name="clientCount">Number of clients, at least 1.</param>
    /// <param name="streams">The run's streams.</param>
    /// <returns>The shard of each client.</returns>
    /// <exception cref="PartitionException">The data cannot give what the partitioner is asked for.</exception>
    public static IReadOnlyList<ClientShard> Deal(IPartitioner partitioner, LabelledSamples samples, int clientCount, RandomStreams streams)
    {
        ArgumentNullException.ThrowIfNull(partitioner);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(streams);
        ArgumentOutOfRangeException.ThrowIfLessThan(clientCount, 1);
        Shares shares = partitioner.Deal(samples, clientCount, streams.Open(_trainPurpose));
        int[][] test = shares.Test ?? TestSplitter.Split(
            shares.Train, samples.TrainLabels, samples.TestLabels, samples.ClassCount, streams.Open(_testPurpose));
        return [.. shares.Train.Zip(test, (trainSamples, testSamples) => new ClientShard(trainSamples, testSamples))];
    }
}
