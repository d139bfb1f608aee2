using CsCheck;
using Straggler.Simulation;
using Straggler.Tests.Partitioning;
using Straggler.Tests.Support;

namespace Straggler.Tests.Simulation;

public sealed class RandomStreamTests
{
    private static readonly StreamPurpose Purpose = new("test");

    [Fact]
    public void NextUInt64_FirstDraws_AreTheTwoHalvesOfSuccessivePhiloxBlocks()
    {
        RandomStream random = new(key: 77, name: 5);
        foreach (ulong block in new ulong[] { 0, 1, 2 })
        {
            ulong low = block, high = 5;
            Philox.Block(ref low, ref high, 77);
            Assert.Equal(low, random.NextUInt64());
            Assert.Equal(high, random.NextUInt64());
        }
    }

    [Fact]
    public void Open_SameName_RepeatsTheDraws() => Gen.Select(Gen.ULong, Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue]).Sample(
        (seed, client, occurrence) =>
            Draw(new RandomStreams(seed).Open(Purpose, client, occurrence), 9)
                .SequenceEqual(Draw(new RandomStreams(seed).Open(new("test"), client, occurrence), 9)));

    [Fact]
    public void Open_OtherName_GivesOtherDraws()
    {
        // 2 seeds × 3 purposes × 40 clients × 40 occurrences × 6 draws: among 57,600 words of 64 bits a repeat has probability 1e-10.
        HashSet<ulong> seen = [];
        int drawn = 0;
        foreach (ulong seed in new ulong[] { 0, 1 })
        {
            foreach (string purpose in new[] { "a", "b", "delay.task" })
            {
                for (int name = 0; name < 1_600; name++)
                {
                    seen.UnionWith(Draw(new RandomStreams(seed).Open(new(purpose), name / 40, name % 40), 6));
                    drawn += 6;
                }
            }
        }

        Assert.Equal(drawn, seen.Count);
    }

    [Fact]
    public void Open_NeighbouringNames_AreUncorrelated()
    {
        // Under independence the sample correlation of n pairs is about N(0, 1/n): 3.9 standard deviations are 1 seed in 10,000.
        const int pairs = 20_000;
        RandomStreams streams = new(3);
        double sum = 0;
        for (int client = 0; client < pairs; client++)
        {
            RandomStream one = streams.Open(Purpose, client), other = streams.Open(Purpose, client + 1);
            sum += (one.NextDouble() - 0.5) * (other.NextDouble() - 0.5) * 12;
        }

        Assert.InRange(sum / pairs * Math.Sqrt(pairs), -3.9, 3.9);
    }

    [Fact]
    public void NextDouble_ManyDraws_AreUniform()
    {
        RandomStream random = new RandomStreams(1).Open(Purpose);
        double[] draws = new double[100_000];
        foreach (ref double draw in draws.AsSpan())
        {
            draw = random.NextDouble();
            Assert.InRange(draw, 0, Math.BitDecrement(1.0));
        }

        KolmogorovSmirnov.AssertFollows(draws, x => x);
        ChiSquare.AssertUniform([.. draws.CountBy(draw => (int)(draw * 100)).OrderBy(bin => bin.Key).Select(bin => (long)bin.Value)]);
    }

    [Fact]
    public void NextOpenDouble_ManyDraws_AreUniformAndNeverTheEnds()
    {
        RandomStream random = new RandomStreams(2).Open(Purpose);
        double[] draws = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextOpenDouble())];
        Assert.All(draws, draw => Assert.InRange(draw, double.Epsilon, Math.BitDecrement(1.0)));
        KolmogorovSmirnov.AssertFollows(draws, x => x);
    }

    [Fact]
    public void NextGaussian_ManyDraws_FollowTheNormalLaw()
    {
        RandomStream random = new RandomStreams(4).Open(Purpose);
        double[] draws = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextGaussian())];
        KolmogorovSmirnov.AssertFollows(draws, x => MathNet.Numerics.Distributions.Normal.CDF(0, 1, x));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(97)]
    public void NextInt32_SmallBound_IsUniform(int bound)
    {
        RandomStream random = new RandomStreams(5).Open(Purpose);
        long[] counts = new long[bound];
        for (int draw = 0; draw < 50_000; draw++)
        {
            counts[random.NextInt32(bound)]++;
        }

        ChiSquare.AssertUniform(counts);
    }

    [Fact]
    public void NextInt32_BoundThatDoesNotDivideTheRange_IsUnbiased()
    {
        // For a bound of 3·2^29 the careless (word × bound) >> 32 is ⌊3·word/8⌋: of every 8 words 3 give a value ≡ 0 mod 3, 3 one ≡ 1
        // and only 2 one ≡ 2, so a third of all values would come up less often.
        const int bound = 3 << 29;
        RandomStream random = new RandomStreams(6).Open(Purpose);
        long[] counts = new long[3];
        for (int draw = 0; draw < 60_000; draw++)
        {
            int value = random.NextInt32(bound);
            Assert.InRange(value, 0, bound - 1);
            counts[value % 3]++;
        }

        ChiSquare.AssertUniform(counts);
    }

    [Fact]
    public void NextInt32_BoundOne_IsZero()
    {
        RandomStream random = new RandomStreams(7).Open(Purpose);
        Assert.Equal(0, random.NextInt32(1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void NextInt32_NoPositiveBound_Throws(int bound)
    {
        RandomStream random = new RandomStreams(7).Open(Purpose);
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextInt32(bound));
    }

    [Fact]
    public void Shuffle_FourItems_GivesEachOrderAlike()
    {
        RandomStreams streams = new(8);
        Dictionary<string, long> counts = [];
        for (int time = 0; time < 24_000; time++)
        {
            char[] items = ['a', 'b', 'c', 'd'];
            RandomStream random = streams.Open(Purpose, 0, time);
            random.Shuffle<char>(items);
            string order = new(items);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(24, counts.Count);
        ChiSquare.AssertUniform([.. counts.Values]);
    }

    [Fact]
    public void Shuffle_AnyItems_KeepsThemAll() => Gen.Select(Gen.Int[0, 9].Array, Gen.ULong).Sample((items, seed) =>
    {
        int[] shuffled = [.. items];
        RandomStream random = new RandomStreams(seed).Open(Purpose);
        random.Shuffle<int>(shuffled);
        Assert.Equal(items.Order(), shuffled.Order());
    });

    [Fact]
    public void ToRandom_EveryKindOfDraw_RepeatsAndStaysInRange()
    {
        Random one = new RandomStreams(9).Open(Purpose).ToRandom(), same = new RandomStreams(9).Open(Purpose).ToRandom();
        for (int draw = 0; draw < 1_000; draw++)
        {
            Assert.Equal(one.Next(-5, 5), same.Next(-5, 5));
            Assert.Equal(one.NextInt64(), same.NextInt64());
            Assert.Equal(one.NextSingle(), same.NextSingle());
            Assert.InRange(one.Next(-5, 5), -5, 4);
            Assert.InRange(same.Next(-5, 5), -5, 4);
            Assert.InRange(one.Next(7), 0, 6);
            Assert.InRange(same.Next(7), 0, 6);
        }
    }

    private static ulong[] Draw(RandomStream random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextUInt64())];
}
