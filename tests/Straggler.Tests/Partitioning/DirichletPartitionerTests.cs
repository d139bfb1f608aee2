using CsCheck;
using MathNet.Numerics.Distributions;
using Straggler.Partitioning;
using Straggler.Simulation;

namespace Straggler.Tests.Partitioning;

public sealed class DirichletPartitionerTests
{
    private static readonly StreamPurpose _purpose = new("partition");

    [Theory]
    [InlineData(0.1)]
    [InlineData(1.0)]
    public void Partition_ManySeeds_GivesClientsSharesOfAClassByTheDirichletsLaw(double alpha)
    {
        // The share of class 1 that one of 5 clients gets is Beta(α, 4α), up to the rounding to whole samples of 4,000.
        const int Seeds = 1_000, ClassSize = 4_000;
        int[] labels = [.. Enumerable.Range(0, 2 * ClassSize).Select(sample => sample % 2)];
        DirichletPartitioner partitioner = new(new() { Alpha = alpha, MinSamples = 0 });
        double[] shares = new double[Seeds];
        for (int seed = 0; seed < Seeds; seed++)
        {
            int[] client = partitioner.Partition(labels, 2, 5, new RandomStreams((ulong)seed).Open(_purpose))[seed % 5];
            shares[seed] = client.Count(sample => labels[sample] == 1) / (double)ClassSize;
        }

        Beta law = new(alpha, 4 * alpha);

        // Kolmogorov's bound at confidence 0.9999; the law is read one sample to either side, so that rounding is no distance.
        double sample = 1.0 / ClassSize, slack = Math.Sqrt(-Math.Log(0.0001 / 2) / 2 / Seeds);
        Assert.All([0.01, 0.05, 0.1, 0.2, 0.4, 0.7, 0.9], share =>
        {
            double found = shares.Count(s => s <= share) / (double)Seeds;
            Assert.InRange(found, law.CumulativeDistribution(share - sample) - slack, law.CumulativeDistribution(share + sample) + slack);
        });
    }

    [Fact]
    public void Partition_AnyMinimumThatFits_GivesEachClientThatMany()
    {
        var cases =
            from clientCount in Gen.Int[1, 30]
            from minimum in Gen.Int[0, 12]
            from labels in Gen.Int[0, 4].Array[clientCount * minimum, (clientCount * minimum) + 50]
            from exponent in Gen.Double[-6, 3]
            from seed in Gen.ULong
            select (clientCount, minimum, labels, Math.Pow(10, exponent), seed);
        cases.Sample((clientCount, minimum, labels, alpha, seed) =>
        {
            int[][] clients = new DirichletPartitioner(new() { Alpha = alpha, MinSamples = minimum })
                .Partition(labels, 5, clientCount, new RandomStreams(seed).Open(_purpose));
            Assert.All(clients, samples => Assert.True(samples.Length >= minimum));
            Assert.Equal(Enumerable.Range(0, labels.Length), clients.SelectMany(samples => samples).Order());
        });
    }

    [Fact]
    public void Partition_TinyAlpha_GivesEachClassToOneClient()
    {
        // For small α the logarithms of the two largest of 50 gamma variates differ by Exp(1)/49α. The second client gets one of 100
        // samples only if they differ by less than ln 200 = 5.3: at α = 10⁻⁶ with probability 5.3 · 49 · 10⁻⁶, 3 in 10,000.
        int[] labels = [.. Enumerable.Range(0, 1_000).Select(sample => sample % 10)];
        int[][] clients = new DirichletPartitioner(new() { Alpha = 1e-6, MinSamples = 0 })
            .Partition(labels, 10, 50, new RandomStreams(3).Open(_purpose));
        for (int label = 0; label < 10; label++)
        {
            Assert.Single(clients, samples => samples.Any(sample => labels[sample] == label));
        }
    }

    [Fact]
    public void Partition_HugeAlpha_GivesEqualShares()
    {
        int[] labels = [.. Enumerable.Range(0, 1_000).Select(sample => sample % 10)];
        int[][] clients = new DirichletPartitioner(new() { Alpha = 1e9, MinSamples = 0 })
            .Partition(labels, 10, 10, new RandomStreams(4).Open(_purpose));
        Assert.All(clients, samples => Assert.All(samples.CountBy(sample => labels[sample]), count => Assert.InRange(count.Value, 9, 11)));
    }

    [Fact]
    public void Partition_NotEnoughSamples_SaysWhatWouldDo()
    {
        var refusal = Assert.Throws<PartitionException>(() => new DirichletPartitioner(new() { MinSamples = 10 })
            .Partition(new int[95], 1, 10, new RandomStreams(5).Open(_purpose)));
        Assert.Equal(
            "95 training samples cannot give each of 10 clients at least 10. What would do: min_samples of 9 or less, "
            + "9 clients or fewer, or a larger data set.",
            refusal.Message);
    }
}
