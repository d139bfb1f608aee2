using CsCheck;
using Straggler.Compression;
using Straggler.Simulation;

namespace Straggler.Tests.Compression;

/// <summary>What each encoding keeps, loses and costs, against arithmetic of the test's own.</summary>
public sealed class CompressorTests
{
    private static readonly Gen<float[]> Vectors = Gen.Float[-100, 100].Array[1, 300];

    [Fact]
    public void Smallest_AnyRank_IsThatOfTheSortedValues() =>
        Gen.Select(Gen.OneOf(Vectors, Gen.Int[0, 3].Select(x => (float)x).Array[1, 100]), Gen.Int[0, 1_000_000]).Sample((values, pick) =>
        {
            int rank = pick % values.Length;
            Assert.Equal(values.Order().ElementAt(rank), Selection.Smallest((float[])values.Clone(), rank));
        });

    [Fact]
    public void TopK_Ties_SendTheLowerIndex()
    {
        // 3 of 6: the 5 and, of the three of magnitude 2, the first two.
        float[] values = [1, -2, 5, 2, -2, 0];
        Compress(new TopK(new() { Fraction = 0.5 }), values);
        Assert.Equal([0, -2, 5, 2, 0, 0], values);
    }

    [Theory]
    [InlineData(1000, 0.01, 80)] // 10 values of 4 bytes with indices of 4
    [InlineData(10, 0.01, 8)] // at least one
    [InlineData(7, 1, 56)]
    [InlineData(0, 0.5, 0)]
    public void TopK_EncodedBytes_AreValuesAndIndices(long length, double fraction, long bytes) =>
        Assert.Equal(bytes, new TopK(new() { Fraction = fraction }).EncodedBytes(length));

    [Fact]
    public void TopK_AnyVector_IsAContraction() => Gen.Select(Vectors, Gen.Double[0.001, 1]).Sample((values, fraction) =>
    {
        float[] kept = (float[])values.Clone();
        TopK compressor = new(new() { Fraction = fraction });
        Compress(compressor, kept);
        int k = (int)compressor.EncodedBytes(values.Length) / 8;

        // Everything kept is as it was, and the loss is the sum of the smallest n − k squares.
        Assert.All(kept.Zip(values), pair => Assert.True(pair.First == 0 || pair.First == pair.Second));
        double lost = values.Zip(kept, (x, y) => (double)(x - y) * (x - y)).Sum();
        double[] squares = [.. values.Select(x => (double)x * x).Order()];
        Assert.Equal(squares.Take(values.Length - k).Sum(), lost, 1e-6 * (1 + squares.Sum()));
        Assert.True(lost <= ((1 - ((double)k / values.Length)) * squares.Sum()) + 1e-6);
    });

    [Theory]
    [InlineData(1000, 7, 512, 508)] // 4 bits a value: 500 bytes, and two norms
    [InlineData(1000, 1, 1000, 254)] // 2 bits: 0 or 1, and a sign; 250 bytes and a norm
    [InlineData(3, 8, 512, 6)] // 5 bits for 0 to 8 and a sign: 15 bits in 2 bytes, and a norm
    public void Qsgd_EncodedBytes_AreCodesAndNorms(long length, int levels, int bucket, long bytes) =>
        Assert.Equal(bytes, new Qsgd(new() { Levels = levels, BucketSize = bucket }).EncodedBytes(length));

    [Fact]
    public void Qsgd_Values_AreLevelsOfTheBucketsNorm()
    {
        // Buckets (3, −4) of norm 5 and (0, 0) of norm 0; with 5 levels 3 and 4 are levels themselves.
        float[] values = [3, -4, 0, 0];
        Compress(new Qsgd(new() { Levels = 5, BucketSize = 2 }), values);
        Assert.Equal([3, -4, 0, 0], values);

        float[] coarse = [3, -4];
        Compress(new Qsgd(new() { Levels = 1, BucketSize = 2 }), coarse);
        Assert.All(coarse.Zip([1f, -1f]), pair => Assert.Contains(pair.First, new[] { 0, 5 * pair.Second }));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Qsgd_ManyRoundings_AreUnbiasedWithinTheVarianceBound(int levels)
    {
        const int Repeats = 20_000;
        float[] exact = [0.5f, -0.1f, 2, 0, -1.25f, 0.75f, 0.01f, -3];
        double norm = exact.Sum(x => (double)x * x), bound = Math.Min(8.0 / (levels * levels), Math.Sqrt(8) / levels) * norm;
        double[] sums = new double[8];
        double loss = 0;
        AssertRepeats(new Qsgd(new() { Levels = levels }), exact, Repeats, (i, value) =>
        {
            sums[i] += value;
            loss += (value - exact[i]) * (value - exact[i]);
        });

        // A value lies within a level's width w of the exact one, so its deviation is at most w/2.
        double error = 4 * Math.Sqrt(norm) / levels / 2 / Math.Sqrt(Repeats);
        Assert.All(sums.Zip(exact), pair => Assert.Equal(pair.Second, pair.First / Repeats, error));
        Assert.True(loss / Repeats <= bound * 1.02, $"{loss / Repeats} exceeds {bound}");
    }

    [Theory]
    [InlineData(1000, 256, 1016)] // and 4 scales
    [InlineData(1024, 256, 1040)]
    public void Int8_EncodedBytes_AreCodesAndScales(long length, int block, long bytes) =>
        Assert.Equal(bytes, new EightBit(new() { BlockSize = block }).EncodedBytes(length));

    [Fact]
    public void Int8_NearestRounding_ErrsByHalfAScaleAtMost() => Gen.Select(Vectors, Gen.Int[1, 64]).Sample((values, block) =>
    {
        float[] decoded = (float[])values.Clone();
        Compress(new EightBit(new() { BlockSize = block }), decoded);
        for (int i = 0; i < values.Length; i++)
        {
            float[] mates = values[(i / block * block)..Math.Min(values.Length, (i / block * block) + block)];
            double scale = mates.Max(Math.Abs) / 127.0;
            Assert.Equal(values[i], decoded[i], (scale / 2 * 1.0001) + 1e-30);
        }
    });

    [Fact]
    public void Int8_HandComputed_RoundsToTheScalesMultiples()
    {
        // Scale 12.7/127 = 0.1: 12.7 is code 127, −0.26 code −3, 0.04 code 0.
        float[] values = [12.7f, -0.26f, 0.04f, 0];
        Compress(new EightBit(new()), values);
        Assert.Equal(12.7f, values[0], 1e-5);
        Assert.Equal(-0.3f, values[1], 1e-6);
        Assert.Equal([0, 0], values[2..]);
    }

    [Fact]
    public void Int8_StochasticRounding_IsUnbiased()
    {
        const int Repeats = 20_000;
        float[] exact = [12.7f, -0.26f, 0.04f, 5.55f];
        double[] sums = new double[4];
        AssertRepeats(new EightBit(new() { Rounding = Rounding.Stochastic }), exact, Repeats, (i, value) => sums[i] += value);
        Assert.All(sums.Zip(exact), pair => Assert.Equal(pair.Second, pair.First / Repeats, (4 * 0.1 / 2 / Math.Sqrt(Repeats)) + 1e-6));
    }

    [Fact]
    public void Compress_Extremes_StayFinite() => Assert.All(BuiltIns.Compressors.Entries, entry =>
    {
        float[] values = [float.MaxValue, -float.MaxValue, float.Epsilon, 0, -0f, 1];
        Compress(BuiltIns.Compressors.Choose(entry.Name).Create(), values);
        Assert.All(values, value => Assert.True(float.IsFinite(value), entry.Name));
        Compress(BuiltIns.Compressors.Choose(entry.Name).Create(), []);
    });

    private static void Compress(ICompressor compressor, float[] values)
    {
        RandomStream random = new RandomStreams(1).Open(new("test.compression"));
        compressor.Compress(values, ref random);
    }

    private static void AssertRepeats(ICompressor compressor, float[] exact, int repeats, Action<int, double> see)
    {
        RandomStream random = new RandomStreams(7).Open(new("test.compression"));
        for (int repeat = 0; repeat < repeats; repeat++)
        {
            float[] values = (float[])exact.Clone();
            compressor.Compress(values, ref random);
            for (int i = 0; i < values.Length; i++)
            {
                see(i, values[i]);
            }
        }
    }
}
