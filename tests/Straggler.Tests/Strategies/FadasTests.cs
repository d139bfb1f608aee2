using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

public sealed class FadasTests
{
    [Fact]
    [Conformance("fadas", Evidence.NumericOracle)]
    public void OnArrival_TwoBuffers_ByHand()
    {
        Server server = new(
            services => new Fadas(new() { BufferSize = 2, ServerLearningRate = 0.5, Epsilon = 0.2 }, services), [1]);

        // Δ̄ = 2: m = 0.2, v = v̂ = 0.04, x = 1 + 0.5·0.2/(0.2 + 0.2) = 1.25.
        server.ArriveDelta(0, [1]);
        Assert.Equal(0, server.Version);
        server.ArriveDelta(0, [3]);
        Assert.Equal(1.25f, server.Model[0], 1e-6f);

        // Δ̄ = −1: m = 0.18 − 0.1 = 0.08, v = 0.0396 + 0.01 = 0.0496 = v̂, root 0.2227106; x = 1.25 + 0.5·0.08/0.4227106 = 1.3446273.
        server.ArriveDelta(1, [-3]);
        server.ArriveDelta(1, [1]);
        Assert.Equal(1.3446273f, server.Model[0], 1e-6f);
    }

    [Fact]
    [Conformance("fadas", Evidence.KnownMistake)]
    public void OnArrival_FallingSecondMoment_DividesByTheLargestWithoutBiasCorrection()
    {
        // Δ̄ = 10: m = 1, v = v̂ = 1, a step of 1. Δ̄ = 0: m = 0.9, v = 0.99 but v̂ = 1: a step of 0.9. By √v it would be 0.9045, and with
        // bias correction 4.74/7.05.
        Server server = new(services => new Fadas(new() { BufferSize = 1, ServerLearningRate = 1 }, services), [0]);
        server.ArriveDelta(0, [10]);
        Assert.Equal(1, server.Model[0], 1e-6f);
        server.ArriveDelta(1, [0]);
        Assert.Equal(1.9f, server.Model[0], 1e-6f);
    }

    [Fact]
    public void OnArrival_AnyDeltas_LargestSecondMomentNeverFalls()
    {
        Server server = new(services => new Fadas(new() { BufferSize = 1 }, services), [0]);
        float last = 0;
        for (int arrival = 0; arrival < 50; arrival++)
        {
            server.ArriveDelta(server.Version, [arrival * 7 % 5]);
            float largest = ((Fadas)server.Strategy).LargestSecondMoment[0];
            Assert.True(largest >= last);
            last = largest;
        }
    }

    [Fact]
    [Conformance("fadas", Evidence.NumericOracle)]
    public void OnArrival_DelayAdaptive_DividesTheRateByTheLargestStaleness()
    {
        // Without memory (β = 0) and with equal deltas a step is the rate itself.
        Server server = new(services => new Fadas(Memoryless(1), services), [0]);
        Assert.Equal(1, StepOf(0)); // τ_c = 1
        Assert.Equal(1, StepOf(1));
        Assert.Equal(0.5f, StepOf(2));
        Assert.Equal(1, StepOf(0)); // the staleness of one buffer is not that of the next
        Assert.Equal(0.25f, StepOf(4));

        float StepOf(long staleness)
        {
            float before = server.Model[0];
            server.ArriveDelta(server.Version - staleness, [2]);
            return server.Model[0] - before;
        }
    }

    [Fact]
    [Conformance("fadas", Evidence.LimitCase)]
    public void OnArrival_OneStaleUpdateAmongFresh_SetsTheRateOfTheBuffer()
    {
        Server server = new(services => new Fadas(Memoryless(2), services), [0]);
        for (int arrival = 0; arrival < 8; arrival++)
        {
            server.ArriveDelta(server.Version, [2]);
        }

        float before = server.Model[0];
        server.ArriveDelta(0, [2]); // τ = 4
        server.ArriveDelta(4, [2]);
        Assert.Equal(0.25f, server.Model[0] - before);
    }

    [Fact]
    [Conformance("fadas", Evidence.LimitCase)]
    public void OnArrival_DeltasOfZero_MoveNothing()
    {
        Server server = new(services => new Fadas(new() { BufferSize = 1 }, services), [3]);
        server.ArriveDelta(0, [0]);
        Assert.Equal((1, 3f), (server.Version, server.Model[0]));
    }

    [Fact]
    public void OnArrival_BatchNormBuffers_MoveByTheirMean()
    {
        Server server = new(services => new Fadas(new() { BufferSize = 2, ServerLearningRate = 0.01 }, services), [0, 1], trainable: 1);
        server.ArriveDelta(0, [1, 4]);
        server.ArriveDelta(0, [1, 8]);
        Assert.Equal(7, server.Model[1]);
        Assert.Equal(0.01f, server.Model[0], 1e-6f);
    }

    [Fact]
    [Conformance("fadas", Evidence.Equivalence)]
    public void OnArrival_RateThatDoesNotAdapt_IsFedBuffWithAmsGrad()
    {
        Server fadas = new(services => new Fadas(new() { BufferSize = 2, ServerLearningRate = 0.1, DelayAdaptive = false }, services), [1, 2]);
        Server buffered = new(
            services => new FedBuff(new() { BufferSize = 2, ServerLearningRate = 0.1, StalenessScaling = false }, services),
            [1, 2],
            services: services => services with { Aggregation = new() { Optimizer = BuiltIns.ServerOptimizers.Choose("amsgrad") } });
        for (int arrival = 0; arrival < 20; arrival++)
        {
            float[] delta = [(arrival * 5 % 7) - 3, 0.1f * arrival];
            fadas.ArriveDelta(fadas.Version / 2, delta);
            buffered.ArriveDelta(buffered.Version / 2, delta);
        }

        Assert.Equal(10, fadas.Version);
        Assert.Equal(buffered.Model, fadas.Model);
    }

    [Fact]
    [Conformance("fadas", Evidence.EngineRun)]
    public void Run_OneClientAtATime_FollowsThePlainRecursion()
    {
        Trace run = new Scenario
        {
            Concurrency = 1,
            Rounds = 30,
            Problem = new() { Optimum = _ => 4 },
            Strategy = services => new Fadas(new() { BufferSize = 1, ServerLearningRate = 0.1 }, services),
        }.Run();

        double x = 0, m = 0, v = 0, largest = 0;
        for (int step = 0; step < 30; step++)
        {
            double delta = 0.5 * (4 - x);
            m = (0.9 * m) + (0.1 * delta);
            v = (0.99 * v) + (0.01 * delta * delta);
            largest = Math.Max(largest, v);
            x += 0.1 * m / (Math.Sqrt(largest) + 1e-8);
        }

        Assert.All(run.Parameters, parameter => Assert.Equal(x, parameter, 1e-4));
    }

    private static FadasOptions Memoryless(int bufferSize) =>
        new() { BufferSize = bufferSize, ServerLearningRate = 1, Beta1 = 0, Beta2 = 0, Epsilon = 1e-20 };
}
