using MathNet.Numerics.Distributions;
using Straggler.Partitioning;
using Straggler.Simulation;

namespace Straggler.Tests.Partitioning;

/// <summary>What is particular to two_tier_dirichlet and balanced_dirichlet.</summary>
public sealed class TwoTierDirichletPartitionerTests
{
    private static readonly int[] _labels = [.. Enumerable.Range(0, 1_000).Select(sample => sample % 10)];

    [Fact]
    public void Balanced_AnyCounts_GivesSizesThatDifferByOneAtMost()
    {
        int[] sizes = Sizes(new BalancedDirichletPartitioner(new() { Alpha = 0.05 }), 7, seed: 1);
        Assert.Equal(1_000, sizes.Sum());
        Assert.Equal([142, 143], sizes.Distinct().Order());
    }

    [Fact]
    public void Balanced_SmallAlpha_GivesClientsFewClassesAndLargeAlphaAll()
    {
        // 200 clients of 5 samples: nearly every mixture is one class at α = 0.001. So many of them want one class that about
        // 0.4·√(200 · 0.1 · 0.9)/20 = 8.5 % of the places must take others. 10 clients of 100: at α = 10⁶ a tenth of each class.
        Assert.InRange(MainShare(0.001, 200), 0.85, 1);
        Assert.InRange(MainShare(1e6, 10), 0.1, 0.2);

        double MainShare(double alpha, int clientCount) => new BalancedDirichletPartitioner(new() { Alpha = alpha })
            .Partition(_labels, 10, clientCount, Stream(2))
            .Average(samples => samples.CountBy(sample => _labels[sample]).Max(count => count.Value) / (double)samples.Length);
    }

    [Fact]
    public void Sizes_Dirichlet_FollowItsLaw()
    {
        // With two clients and a concentration of 1 the first one's share is uniform; it is spread over the sample that it is rounded to.
        RandomStream spread = new RandomStreams(4).Open(new StreamPurpose("test.spread"));
        double[] shares = new double[1_000];
        for (int seed = 0; seed < shares.Length; seed++)
        {
            shares[seed] = (FirstSize(new() { SizeAlpha = 1, MinSamples = 0 }, seed) - 0.5 + spread.NextDouble()) / _labels.Length;
        }

        KolmogorovSmirnov.AssertFollows(shares, new ContinuousUniform(0, 1).CumulativeDistribution);
    }

    [Fact]
    public void Sizes_Lognormal_FollowItsLaw()
    {
        // With two clients ln(size₀/size₁) is the difference of two N(0, σ²): N(0, 2σ²). Sizes are spread over their rounding.
        RandomStream spread = new RandomStreams(5).Open(new StreamPurpose("test.spread"));
        double[] logs = new double[1_000];
        for (int seed = 0; seed < logs.Length; seed++)
        {
            double size = FirstSize(new() { Sizes = SizeLaw.Lognormal, SizeSigma = 0.5, MinSamples = 0 }, seed) - 0.5 + spread.NextDouble();
            logs[seed] = Math.Log(size / (_labels.Length - size));
        }

        KolmogorovSmirnov.AssertFollows(logs, new Normal(0, 0.5 * Math.Sqrt(2)).CumulativeDistribution);
    }

    [Fact]
    public void Sizes_SmallConcentration_StillGiveTheMinimum() =>
        Assert.Equal(7, Sizes(new TwoTierDirichletPartitioner(new() { SizeAlpha = 0.01, MinSamples = 7 }), 100, seed: 6).Min());

    [Fact]
    public void Raise_PoorClients_TakeFromTheRichest()
    {
        // 6, 1, 3, 0 and a minimum of 2: client 1 takes one from client 0 (5, 2, 3, 0), client 3 two from client 0 (3, 2, 3, 2).
        int[] sizes = [6, 1, 3, 0];
        ClientSizes.Raise(sizes, 2);
        Assert.Equal([3, 2, 3, 2], sizes);
    }

    [Fact]
    public void Round_Shares_AddUpToTheTotal() =>
        Assert.Equal([3, 4, 3], ClientSizes.Round([1.0 / 3, 1.0 / 3, 1.0 / 3], 10)); // Running sums 3.33, 6.67, 10 round to 3, 7, 10.

    private static int FirstSize(TwoTierDirichletOptions options, int seed) => Sizes(new TwoTierDirichletPartitioner(options), 2, (ulong)seed)[0];

    private static int[] Sizes(LabelPartitioner partitioner, int clientCount, ulong seed) =>
        [.. partitioner.Partition(_labels, 10, clientCount, Stream(seed)).Select(samples => samples.Length)];

    private static RandomStream Stream(ulong seed) => new RandomStreams(seed).Open(new StreamPurpose("partition"));
}
