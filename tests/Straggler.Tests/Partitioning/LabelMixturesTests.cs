using CsCheck;
using Straggler.Partitioning;
using Straggler.Simulation;

namespace Straggler.Tests.Partitioning;

public sealed class LabelMixturesTests
{
    private const int ClientCount = 20;
    private const int Size = 100;
    private const int Seeds = 500;

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(5.0)]
    public void Deal_PlentyOfEachClass_HasTheMomentsOfTheDirichletMultinomial(double alpha)
    {
        // Four classes of 5,000 and 2,000 places, so that no class runs out and a client's share of a class is Dirichlet-multinomial:
        // mean p = 1/4, variance p(1 − p)(1 + (n − 1)ρ)/n with ρ = 1/(4α + 1).
        int[] labels = [.. Enumerable.Range(0, 20_000).Select(sample => sample % 4)];
        AssertMoments(Shares(labels, 4, alpha, LabelPrior.Uniform, label: 1), 0.25, (4 * alpha) + 1);
    }

    [Theory]
    [InlineData(0, 0.7)]
    [InlineData(2, 0.1)]
    public void Deal_PriorOfClasses_ScattersAroundTheFrequencies(int label, double frequency)
    {
        // Concentrations 2·p, so Σ = 2 and ρ = 1/3; classes of 14,000, 4,000 and 2,000 samples for 2,000 places.
        int[] labels = [.. Enumerable.Range(0, 20_000).Select(sample => sample < 14_000 ? 0 : sample < 18_000 ? 1 : 2)];
        AssertMoments(Shares(labels, 3, 2, LabelPrior.Classes, label), frequency, 3);
    }

    [Fact]
    public void Deal_AnySizes_FillsThemExactlyAndGivesNoSampleTwice()
    {
        var cases =
            from sizes in Gen.Int[0, 30].Array[1, 20]
            from more in Gen.Int[0, 20]
            from labels in Gen.Int[0, 5].Array[sizes.Sum() + more]
            from exponent in Gen.Double[-6, 6]
            from byClasses in Gen.Bool
            from seed in Gen.ULong
            select (sizes, labels, Math.Pow(10, exponent), byClasses ? LabelPrior.Classes : LabelPrior.Uniform, seed);
        cases.Sample((sizes, labels, alpha, prior, seed) =>
        {
            RandomStream random = Stream(seed);
            int[][] clients = LabelMixtures.Deal(labels, 6, sizes, alpha, prior, ref random);
            Assert.Equal(sizes, clients.Select(samples => samples.Length));
            Assert.All(clients, samples => Assert.Equal(samples.Order(), samples));
            Assert.Distinct(clients.SelectMany(samples => samples));
        });
    }

    [Fact]
    public void Deal_MixtureOfExhaustedClassesAlone_TakesWhatIsLeft()
    {
        // At α = 10⁻⁶ all mixtures but rounding are one class. Two classes for ten clients of 10 samples cannot all be served so; the
        // places still fill up.
        int[] labels = [.. Enumerable.Range(0, 100).Select(sample => sample % 2)], sizes = [.. Enumerable.Repeat(10, 10)];
        RandomStream random = Stream(3);
        int[][] clients = LabelMixtures.Deal(labels, 2, sizes, 1e-6, LabelPrior.Uniform, ref random);
        Assert.Equal(Enumerable.Range(0, 100), clients.SelectMany(samples => samples).Order());
    }

    private static double[] Shares(int[] labels, int classCount, double alpha, LabelPrior prior, int label)
    {
        int[] sizes = [.. Enumerable.Repeat(Size, ClientCount)];
        return [.. Enumerable.Range(0, Seeds).SelectMany(seed =>
        {
            RandomStream random = Stream((ulong)seed);
            return LabelMixtures.Deal(labels, classCount, sizes, alpha, prior, ref random)
                .Select(samples => samples.Count(sample => labels[sample] == label) / (double)Size);
        })];
    }

    /// <summary>Compares mean and variance with the law, to 4.5 standard errors.</summary>
    private static void AssertMoments(double[] shares, double p, double concentrationPlusOne)
    {
        double variance = p * (1 - p) * (1 + ((Size - 1) / concentrationPlusOne)) / Size;
        double meanError = Math.Sqrt(variance / shares.Length);

        // A squared deviation is below its own square root's bound: Var((x − p)²) ≤ variance · max(p, 1 − p)².
        double varianceError = Math.Sqrt(variance / shares.Length) * Math.Max(p, 1 - p);
        Assert.Equal(p, shares.Average(), 4.5 * meanError);
        Assert.Equal(variance, shares.Average(share => (share - p) * (share - p)), 4.5 * varianceError);
    }

    private static RandomStream Stream(ulong seed) => new RandomStreams(seed).Open(new StreamPurpose("partition"));
}
