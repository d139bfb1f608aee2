using CsCheck;
using Straggler.Federation;

namespace Straggler.Tests.Federation;

/// <summary>The kernels against plain loops in double precision, at lengths around multiples of any vector width.</summary>
public sealed class FlatVectorTests
{
    private static readonly Gen<(float[] A, float[] B, float[] C, float Scale, float Keep)> Cases =
        from length in Gen.Int[0, 70]
        from a in Gen.Float[-100, 100].Array[length]
        from b in Gen.Float[-100, 100].Array[length]
        from c in Gen.Float[-100, 100].Array[length]
        from scale in Gen.Float[-2, 2]
        from keep in Gen.Float[-2, 2]
        select (a, b, c, scale, keep);

    [Fact]
    public void Mix_AnyLength_IsTheConvexSum() => Cases.Sample(test =>
    {
        double[] expected = [.. test.A.Zip(test.B, (x, w) => ((1 - (double)test.Scale) * x) + ((double)test.Scale * w))];
        float[] apart = new float[test.A.Length], overFirst = [.. test.A], overSecond = [.. test.B];

        FlatVector.Mix(test.A, test.B, test.Scale, apart);
        FlatVector.Mix(overFirst, test.B, test.Scale, overFirst);
        FlatVector.Mix(test.A, overSecond, test.Scale, overSecond);

        AssertClose(expected, apart);
        Assert.Equal(apart, overFirst);
        Assert.Equal(apart, overSecond);
    });

    [Fact]
    public void Replace_AnyLength_PutsTheNewDeltaForTheOld() => Cases.Sample(test =>
    {
        double[] delta = [.. test.A.Zip(test.B, (w, x) => (double)w - x)];
        float[] remembered = [.. test.C], sum = [.. test.B];

        FlatVector.Replace(remembered, test.A, test.B, sum, test.Scale);

        AssertClose(delta, remembered);
        AssertClose([.. test.B.Select((value, i) => value + (test.Scale * (delta[i] - test.C[i])))], sum);
    });

    [Fact]
    public void Step_AnyLength_AddsTheScaledDirection() => Cases.Sample(test =>
    {
        double[] expected = [.. test.A.Zip(test.B, (x, d) => x + ((double)test.Scale * d))];
        float[] apart = new float[test.A.Length], overFirst = [.. test.A], overSecond = [.. test.B];

        FlatVector.Step(test.A, test.B, test.Scale, apart);
        FlatVector.Step(overFirst, test.B, test.Scale, overFirst);
        FlatVector.Step(test.A, overSecond, test.Scale, overSecond);

        AssertClose(expected, apart);
        Assert.Equal(apart, overFirst);
        Assert.Equal(apart, overSecond);
    });

    [Fact]
    public void AddDelta_AnyLength_AddsTheScaledDifference() => Cases.Sample(test =>
    {
        double[] expected = new double[test.A.Length];
        for (int i = 0; i < expected.Length; i++)
        {
            expected[i] = test.C[i] + ((double)test.Scale * ((double)test.A[i] - test.B[i]));
        }

        float[] apart = new float[test.A.Length], over = [.. test.C];
        FlatVector.AddDelta(test.C, test.A, test.B, test.Scale, apart);
        FlatVector.AddDelta(over, test.A, test.B, test.Scale, over);

        AssertClose(expected, apart);
        Assert.Equal(apart, over);
    });

    [Fact]
    public void Distance_AnyLength_IsTheEuclideanOne() => Cases.Sample(test =>
        Assert.Equal(Math.Sqrt(test.A.Zip(test.B, (a, b) => ((double)a - b) * ((double)a - b)).Sum()), FlatVector.Distance(test.A, test.B), 1e-6));

    [Fact]
    public void MeasureDelta_AnyLength_GivesThreeProducts() => Cases.Sample(test =>
    {
        double[] delta = [.. test.A.Zip(test.B, (a, b) => (double)a - b)];
        DeltaProducts products = FlatVector.MeasureDelta(test.A, test.B, test.C);
        Assert.Equal(delta.Zip(test.C, (d, r) => d * r).Sum(), products.Dot, 1e-6);
        Assert.Equal(delta.Sum(d => d * d), products.DeltaSquared, 1e-6);
        Assert.Equal(test.C.Sum(r => (double)r * r), products.ReferenceSquared, 1e-6);
    });

    [Fact]
    public void Accumulate_AnyLength_DecaysAndAddsTheDelta() => Cases.Sample(test =>
    {
        double[] expected = new double[test.A.Length];
        for (int i = 0; i < expected.Length; i++)
        {
            expected[i] = ((double)test.Keep * test.C[i]) + ((double)test.Scale * ((double)test.A[i] - test.B[i]));
        }

        float[] sum = [.. test.C];
        FlatVector.Accumulate(sum, test.A, test.B, test.Scale, test.Keep);

        AssertClose(expected, sum);
    });

    [Fact]
    public void DeltaCosine_AnyLength_IsTheCosine() => Cases.Sample(test =>
    {
        double dot = 0, lengthOfDelta = 0, lengthOfReference = 0;
        for (int i = 0; i < test.A.Length; i++)
        {
            double delta = (double)test.A[i] - test.B[i];
            dot += delta * test.C[i];
            lengthOfDelta = double.Hypot(lengthOfDelta, delta);
            lengthOfReference = double.Hypot(lengthOfReference, test.C[i]);
        }

        double expected = lengthOfDelta * lengthOfReference > 0 ? dot / lengthOfDelta / lengthOfReference : 1;
        Assert.Equal(expected, FlatVector.DeltaCosine(test.A, test.B, test.C), 1e-9);
    });

    [Fact]
    public void DeltaCosine_KnownAngles_AreHandValues()
    {
        // Delta (3, 4), length 5, against (4, 3), length 5: 24/25. Against (−3, −4): −1. Against (4, −3): 0.
        float[] local = [4, 6], dispatched = [1, 2];
        Assert.Equal(0.96, FlatVector.DeltaCosine(local, dispatched, [4, 3]), 1e-15);
        Assert.Equal(-1, FlatVector.DeltaCosine(local, dispatched, [-3, -4]));
        Assert.Equal(0, FlatVector.DeltaCosine(local, dispatched, [4, -3]));
    }

    [Fact]
    public void DeltaCosine_VectorWithoutLength_IsOne()
    {
        Assert.Equal(1, FlatVector.DeltaCosine([1, 2], [1, 2], [1, 0]));
        Assert.Equal(1, FlatVector.DeltaCosine([1, 2], [0, 0], [0, 0]));
    }

    [Fact]
    public void DeltaCosine_TinyAndHugeVectors_DoNotUnderOrOverflow()
    {
        Assert.Equal(1, FlatVector.DeltaCosine([1e-38f, 0], [0, 0], [1e-38f, 0]), 1e-12);
        Assert.Equal(-1, FlatVector.DeltaCosine([3e38f, 0], [0, 0], [-3e38f, 0]), 1e-12);
    }

    [Fact]
    public void IsFinite_OneBadElementAnywhere_IsFalse()
    {
        for (int length = 1; length <= 40; length++)
        {
            float[] values = [.. Enumerable.Repeat(1f, length)];
            Assert.True(FlatVector.IsFinite(values));
            for (int place = 0; place < length; place++)
            {
                foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
                {
                    values[place] = bad;
                    Assert.False(FlatVector.IsFinite(values));
                }

                values[place] = float.MaxValue;
                Assert.True(FlatVector.IsFinite(values));
            }
        }
    }

    [Fact]
    public void IsFinite_NoElements_IsTrue() => Assert.True(FlatVector.IsFinite([]));

    /// <summary>Three roundings of single precision on terms up to 400: an error below 400 · 4 · 2⁻²⁴.</summary>
    private static void AssertClose(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 400 * 4 / 16777216.0));
    }
}
