using Straggler.Federation;
using Straggler.Partitioning;
using Straggler.Simulation;

namespace Straggler.Tests.Partitioning;

public sealed class NaturalPartitionerTests
{
    // Ann holds 2 training samples, Bob 4, Cid 1, Dot 2.
    private static readonly LabelledSamples _samples = new(
        new int[9], new int[5], 1, new(["Ann", "Bob", "Cid", "Dot"], [0, 1, 1, 2, 0, 3, 1, 3, 1], [1, 0, 2, 1, 3]));

    [Fact]
    public void Deal_Owners_AreClientsFromTheLargestWithTheirOwnTestSamples()
    {
        IReadOnlyList<ClientShard> shards = Deal(new() { MinSamples = 1 }, 3);
        Assert.Equal([[1, 2, 6, 8], [0, 4], [5, 7]], shards.Select(shard => shard.Train));
        Assert.Equal([[0, 3], [1], [4]], shards.Select(shard => shard.Test));
    }

    [Fact]
    public void Deal_TooFewOwners_SaysHowManyThereAre() => Assert.Equal(
        "The data names 3 owners with at least 2 training samples, of 4 in all: too few for n_clients: 4. "
        + "What would do: n_clients of 3 or less, or a lower partition.min_samples.",
        Assert.Throws<PartitionException>(() => Deal(new() { MinSamples = 2 }, 4)).Message);

    [Fact]
    public void Deal_DataWithoutOwners_SaysSo() => Assert.Contains(
        "shakespeare",
        Assert.Throws<PartitionException>(() => new NaturalPartitioner(new()).Deal(_samples with { Owners = null }, 1, default)).Message);

    private static IReadOnlyList<ClientShard> Deal(NaturalOptions options, int clientCount) =>
        ClientShards.Deal(new NaturalPartitioner(options), _samples, clientCount, new RandomStreams(1));
}
