using CsCheck;
using Straggler.Partitioning;
using Straggler.Simulation;

namespace Straggler.Tests.Partitioning;

/// <summary>What every partitioner of the table owes its callers that deals all samples out by their labels.</summary>
public sealed class PartitionerTests
{
    private static readonly string[] _names =
        [.. BuiltIns.Partitioners.Entries.Select(entry => entry.Name).Where(name => BuiltIns.Partitioners.Choose(name).Create() is LabelPartitioner)];

    private static readonly Gen<Case> _cases =
        from entry in Gen.Int[0, _names.Length - 1]
        from classCount in Gen.Int[1, 12]
        from clientCount in Gen.Int[1, 40]
        from labels in Gen.Int[0, classCount - 1].Array[clientCount * 10, (clientCount * 10) + 300]
        from seed in Gen.ULong
        select new Case(_names[entry], classCount, clientCount, labels, seed);

    [Fact]
    public void Partition_AnyLabels_DealsEachSampleOnceInAscendingOrder() => _cases.Sample(test =>
    {
        int[][] clients = test.Partition();
        Assert.Equal(test.ClientCount, clients.Length);
        Assert.Equal(Enumerable.Range(0, test.Labels.Length), clients.SelectMany(samples => samples).Order());
        Assert.All(clients, samples => Assert.Equal(samples.Order(), samples));
    });

    [Fact]
    public void Partition_DefaultOptions_LeavesNoClientEmpty() =>
        _cases.Sample(test => Assert.All(test.Partition(), samples => Assert.NotEmpty(samples)));

    [Fact]
    public void Partition_SameSeed_GivesTheSame() => _cases.Sample(test => Assert.Equal(test.Partition(), test.Partition()));

    [Theory]
    [InlineData("iid")]
    [InlineData("dirichlet")]
    [InlineData("shards")]
    [InlineData("quantity_skew")]
    [InlineData("balanced_dirichlet")]
    [InlineData("two_tier_dirichlet")]
    public void Partition_OtherSeed_GivesAnother(string name)
    {
        int[] labels = [.. Enumerable.Range(0, 1_000).Select(sample => sample % 10)];
        Assert.NotEqual(new Case(name, 10, 10, labels, 1).Partition(), new Case(name, 10, 10, labels, 2).Partition());
    }

    private sealed record Case(string Name, int ClassCount, int ClientCount, int[] Labels, ulong Seed)
    {
        public int[][] Partition() => BuiltIns.Partitioners.Choose(Name).Create()
            .Deal(new(Labels, [], ClassCount), ClientCount, new RandomStreams(Seed).Open(new StreamPurpose("partition"))).Train;
    }
}
