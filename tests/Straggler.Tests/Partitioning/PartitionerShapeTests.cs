using CsCheck;
using MathNet.Numerics.Distributions;
using Straggler.Partitioning;
using Straggler.Simulation;

namespace Straggler.Tests.Partitioning;

/// <summary>What is particular to iid, shards and quantity_skew.</summary>
public sealed class PartitionerShapeTests
{
    private static readonly int[] _labels = [.. Enumerable.Range(0, 1_000).Select(sample => sample % 10)];

    [Fact]
    public void Iid_AnyCounts_GivesSizesThatDifferByOneAtMost() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 200], Gen.ULong).Sample((clientCount, more, seed) =>
        {
            int[][] clients = new IidPartitioner().Partition(new int[clientCount + more], 1, clientCount, Stream(seed));
            int[] sizes = [.. clients.Select(samples => samples.Length)];
            Assert.InRange(sizes.Max() - sizes.Min(), 0, 1);
        });

    [Fact]
    public void Iid_MoreClientsThanSamples_SaysWhatWouldDo()
    {
        var refusal = Assert.Throws<PartitionException>(() => new IidPartitioner().Partition(_labels, 10, 1_001, Stream(1)));
        Assert.Equal(
            "1000 training samples cannot give each of 1001 clients at least 1. "
            + "What would do: 1000 clients or fewer, or a larger data set.",
            refusal.Message);
    }

    [Fact]
    public void Shards_MoreForOneClientThanSamples_OffersNoClientsNoWayOut()
    {
        var refusal = Assert.Throws<PartitionException>(
            () => new ShardsPartitioner(new() { ShardsPerClient = 2_000 }).Partition(_labels, 10, 10, Stream(1)));
        Assert.Equal(
            "1000 training samples cannot give each of 10 clients at least 2000. What would do: shards_per_client of 100 or less, or a larger data set.",
            refusal.Message);
    }

    [Fact]
    public void Shards_ThatDivideTheClasses_GiveEachClientTwoWholeShards()
    {
        // 10 clients × 2 shards of 50 samples; a class has 100, so a shard is half a class.
        int[][] clients = new ShardsPartitioner(new()).Partition(_labels, 10, 10, Stream(2));
        Assert.All(clients, samples =>
        {
            Assert.Equal(100, samples.Length);
            Assert.All(samples.CountBy(sample => _labels[sample]), count => Assert.True(count.Value is 50 or 100));
        });
    }

    [Fact]
    public void Shards_MoreThanSamples_SaysWhatWouldDo()
    {
        var refusal = Assert.Throws<PartitionException>(
            () => new ShardsPartitioner(new() { ShardsPerClient = 3 }).Partition(_labels, 10, 400, Stream(3)));
        Assert.Contains("shards_per_client of 2 or less, 333 clients or fewer", refusal.Message);
    }

    [Fact]
    public void QuantitySkew_ManySeeds_GivesSizesByTheDirichletsLaw()
    {
        // With two clients and α = 1 the first one's share is Beta(1, 1): uniform. It is spread over the sample that it is rounded to.
        const int Seeds = 2_000;
        QuantitySkewPartitioner partitioner = new(new() { Alpha = 1, MinSamples = 0 });
        RandomStream spread = new RandomStreams(4).Open(new StreamPurpose("test.spread"));
        double[] shares = new double[Seeds];
        for (int seed = 0; seed < Seeds; seed++)
        {
            int size = partitioner.Partition(_labels, 10, 2, Stream((ulong)seed))[0].Length;
            shares[seed] = (size - 0.5 + spread.NextDouble()) / _labels.Length;
        }

        KolmogorovSmirnov.AssertFollows(shares, new ContinuousUniform(0, 1).CumulativeDistribution);
    }

    [Fact]
    public void QuantitySkew_LargeClient_HasTheWholeSetsLabels()
    {
        // The labels of a client's n samples are hypergeometric: per class, mean n/10 and a variance below n/10.
        int[] largest = new QuantitySkewPartitioner(new()).Partition(_labels, 10, 5, Stream(5)).MaxBy(samples => samples.Length)!;
        double mean = largest.Length / 10.0, slack = 5 * Math.Sqrt(mean);
        Assert.All(largest.CountBy(sample => _labels[sample]), count => Assert.InRange(count.Value, mean - slack, mean + slack));
    }

    [Fact]
    public void QuantitySkew_SmallAlpha_StillGivesTheMinimum()
    {
        int[][] clients = new QuantitySkewPartitioner(new() { Alpha = 0.01, MinSamples = 7 }).Partition(_labels, 10, 100, Stream(6));
        Assert.Equal(7, clients.Min(samples => samples.Length));
    }

    [Fact]
    public void MinimumSamples_PoorClients_TakeFromTheRichest()
    {
        // Sizes 6, 1, 3, 0 and a minimum of 2. Client 1 takes one from client 0 (6 is the most): 5, 2, 3, 0. Client 3 takes two from
        // client 0 (5, then 4, are the most): 3, 2, 3, 2.
        List<int>[] clients = [[0, 1, 2, 3, 4, 5], [6], [7, 8, 9], []];
        RandomStream random = Stream(7);
        MinimumSamples.Ensure(clients, 2, ref random);
        Assert.Equal([3, 2, 3, 2], clients.Select(samples => samples.Count));
        Assert.Equal(Enumerable.Range(0, 10), clients.SelectMany(samples => samples).Order());
        Assert.Contains(6, clients[1]);
        Assert.Equal([7, 8, 9], clients[2]);
    }

    private static RandomStream Stream(ulong seed) => new RandomStreams(seed).Open(new StreamPurpose("partition"));
}
