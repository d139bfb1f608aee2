using Straggler.Aggregation;

namespace Straggler.Tests.Aggregation;

public sealed class AdaptiveOptimizerTests
{
    /// <summary>β₁ = 0.5, β₂ = 0.75, ε = 1 (and v₋₁ = 0 where a test says nothing else).</summary>
    private static readonly AdamOptimizerOptions _plain = new() { Beta1 = 0.5, Beta2 = 0.75, Epsilon = 1, InitialAccumulator = 0 };

    [Fact]
    public void Step_Adam_ByHand()
    {
        // Δ̄ = 6/3 = 2: m = 1, v = 0.25·4 = 1, x = 10 + 2·1/(1 + 1) = 11. No bias correction: with it, m = 2 and v = 4, x = 11.33.
        Bench bench = new("adam", _plain, 10);
        bench.Step(sum: 6, divisor: 3, rate: 2);
        Assert.Equal(11, bench.X, 1e-6);

        // Δ̄ = −2: m = 0.5 − 1 = −0.5, v = 0.75 + 1 = 1.75, √v = 1.3228757, x = 11 − 2·0.5/2.3228757 = 10.5694992.
        bench.Step(sum: -2, divisor: 1, rate: 2);
        Assert.Equal(10.5694992, bench.X, 1e-6);
    }

    [Fact]
    public void Step_AdamWithoutInitialAccumulator_StartsFromEpsilonSquared()
    {
        // ε = 0.5, so v₋₁ = 0.25; Δ̄ = 1: m = 0.5, v = 0.75·0.25 + 0.25 = 0.4375, √v = 0.6614378, x = 0.5/1.1614378 = 0.4305009.
        Bench bench = new("adam", _plain with { Epsilon = 0.5, InitialAccumulator = null }, 0);
        bench.Step(1);
        Assert.Equal(0.4305009, bench.X, 1e-6);
    }

    [Fact]
    public void Step_Yogi_MovesTheMomentByItsShareOnly()
    {
        // Δ̄² = 4 > v = 0: v = 0.25·4 = 1; m = 1; x = 1/2.
        Bench bench = new("yogi", _plain, 0);
        bench.Step(2);
        Assert.Equal(0.5, bench.X, 1e-6);

        // Δ̄² = 0.25 < v = 1: v = 1 − 0.25·0.25 = 0.9375; m = 0.5 + 0.25 = 0.75; x = 0.5 + 0.75/(0.9682458 + 1) = 0.8810501.
        bench.Step(0.5f);
        Assert.Equal(0.8810501, bench.X, 1e-6);

        // sign(0) = 0: v stays at Δ̄² = 4, and x = 1/(2 + 1).
        Bench equal = new("yogi", _plain with { InitialAccumulator = 4 }, 0);
        equal.Step(2);
        Assert.Equal(1.0 / 3, equal.X, 1e-6);
    }

    [Fact]
    public void Step_Adagrad_SumsTheSquares()
    {
        // v = 9: x = 3/(3 + 1); then v = 25: x = 0.75 + 4/(5 + 1).
        Bench bench = new("adagrad", new AdagradOptimizerOptions { Epsilon = 1, InitialAccumulator = 0 }, 0);
        bench.Step(3);
        Assert.Equal(0.75, bench.X, 1e-6);
        bench.Step(4);
        Assert.Equal(0.75 + (4.0 / 6), bench.X, 1e-6);
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("yogi")]
    [InlineData("adagrad")]
    public void Step_AnyPlaceInTheVector_GetsTheSameBits(string optimizer)
    {
        // 21 trained elements: whole vectors of any width and a scalar tail, which must agree.
        float[] x = new float[21];
        IServerOptimizer whole = BuiltIns.ServerOptimizers.Choose(optimizer).Create()(x.Length);
        for (int step = 0; step < 12; step++)
        {
            float average = MathF.Sin(3 * step) / (1 + step);
            whole.Step(x, [.. x.Select(_ => 7 * average)], 7, 0.1, x);
            Assert.All(x, element => Assert.Equal(x[0], element));
        }

        Assert.NotEqual(0, x[0]);
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("adam")]
    [InlineData("yogi")]
    [InlineData("adagrad")]
    public void Step_Buffers_FollowTheirAverage(string optimizer)
    {
        float[] next = new float[3];
        BuiltIns.ServerOptimizers.Choose(optimizer).Create()(1).Step([0, 5, 1], [4, 8, -6], 2, 1, next);
        Assert.Equal([9, -2], next[1..]);
    }

    [Fact]
    public void Step_Twin_AgreesOverManySteps()
    {
        // A plain twin in double precision: Algorithm 2 of Reddi et al. written out.
        const double beta1 = 0.9, beta2 = 0.99, epsilon = 1e-3, rate = 0.05;
        float[] x = new float[13];
        double[] twin = new double[13], m = new double[13], v = [.. Enumerable.Repeat(epsilon * epsilon, 13)];
        IServerOptimizer optimizer = BuiltIns.ServerOptimizers.Choose("adam").Create()(x.Length);
        for (int step = 1; step <= 200; step++)
        {
            float[] sum = [.. Enumerable.Range(0, x.Length).Select(i => MathF.Cos((step * (i + 1)) + i))];
            for (int i = 0; i < twin.Length; i++)
            {
                double average = sum[i] / 4.0;
                m[i] = (beta1 * m[i]) + ((1 - beta1) * average);
                v[i] = (beta2 * v[i]) + ((1 - beta2) * average * average);
                twin[i] += rate * m[i] / (Math.Sqrt(v[i]) + epsilon);
            }

            optimizer.Step(x, sum, 4, rate, x);
        }

        Assert.All(x.Zip(twin), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
    }

    private sealed class Bench(string name, object options, float start)
    {
        private readonly float[] _x = [start];
        private readonly IServerOptimizer _optimizer = (BuiltIns.ServerOptimizers.Choose(name) with { Options = options }).Create()(1);

        public float X => _x[0];

        public void Step(float sum, double divisor = 1, double rate = 1) => _optimizer.Step(_x, [sum], divisor, rate, _x);
    }
}
