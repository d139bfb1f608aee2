using CsCheck;
using Straggler.Federation;
using Straggler.Partitioning;
using Straggler.Simulation;

namespace Straggler.Tests.Partitioning;

public sealed class ClientShardsTests
{
    [Fact]
    public void Deal_HandMadeShards_SplitsTheTestSetByLargestRemainders()
    {
        // Class 0: training counts 3, 1, 0; five test samples: quotas 3.75, 1.25, 0, so 3 + 1, 1, 0 = 4, 1, 0.
        // Class 1: training counts 0, 2, 4; four test samples: quotas 0, 1.33, 2.67, so 0, 1, 2 + 1 = 0, 1, 3.
        int[] trainLabels = [0, 0, 0, 0, 1, 1, 1, 1, 1, 1], testLabels = [0, 1, 0, 1, 0, 1, 0, 1, 0];
        IReadOnlyList<ClientShard> shards = ClientShards.Deal(
            new Fixed([[0, 1, 2], [3, 4, 5], [6, 7, 8, 9]]), new(trainLabels, testLabels, 2), 3, new RandomStreams(1));
        Assert.Equal([(4, 0), (1, 1), (0, 3)], shards.Select(shard =>
            (shard.Test.Count(sample => testLabels[sample] == 0), shard.Test.Count(sample => testLabels[sample] == 1))));
        Assert.Equal([3, 4, 5], shards[1].Train);
    }

    [Fact]
    public void Deal_AnyPartition_DealsEachTestSampleOfATrainedClassOnce()
    {
        var cases =
            from clientCount in Gen.Int[1, 20]
            from train in Gen.Int[0, 5].Array[clientCount * 10, 400]
            from test in Gen.Int[0, 5].Array[0, 100]
            from seed in Gen.ULong
            select (clientCount, train, test, seed);
        cases.Sample((clientCount, train, test, seed) =>
        {
            IReadOnlyList<ClientShard> shards = Deal(seed);
            Assert.Equal(
                Enumerable.Range(0, test.Length).Where(sample => train.Contains(test[sample])),
                shards.SelectMany(shard => shard.Test).Order());
            Assert.All(shards, shard => Assert.Equal(shard.Test.Order(), shard.Test));
            Assert.All(shards, shard => Assert.All(shard.Test, sample => Assert.Contains(shard.Train, i => train[i] == test[sample])));
            Assert.Equal(shards.SelectMany(shard => shard.Test), Deal(seed).SelectMany(shard => shard.Test));

            IReadOnlyList<ClientShard> Deal(ulong seed) =>
                ClientShards.Deal(new DirichletPartitioner(new()), new(train, test, 6), clientCount, new RandomStreams(seed));
        });
    }

    [Fact]
    public void Deal_EqualClaimsToTooFewTestSamples_FavoursNoClientAlways()
    {
        // Four clients with one training sample each, one test sample: all remainders are equal, so chance must decide.
        int[] winners = [.. Enumerable.Range(0, 100).Select(seed => ClientShards
            .Deal(new IidPartitioner(), new(new int[4], new int[1], 1), 4, new RandomStreams((ulong)seed))
            .Index().Single(shard => shard.Item.Test.Length == 1).Index)];
        Assert.Equal([0, 1, 2, 3], winners.Distinct().Order());
    }

    private sealed class Fixed(int[][] clients) : LabelPartitioner
    {
        public override int[][] Partition(ReadOnlySpan<int> labels, int classCount, int clientCount, RandomStream random) => clients;
    }
}
