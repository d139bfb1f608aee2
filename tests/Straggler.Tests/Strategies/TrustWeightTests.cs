using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

public sealed class TrustWeightTests
{
    [Fact]
    [Conformance("trustweight", Evidence.NumericOracle)]
    public void OnArrival_TwoBuffers_ByHand()
    {
        Server server = new(services => new TrustWeight(new() { BufferSize = 2, ShrinkByStaleness = 1 }, services), [0, 0]);

        // Fresh, g = 1: d = ((4, 0) + 3·(0, 4))/4 = (1, 3) = x; m = 0.9·(1, 3).
        Assert.Equal(1, server.ArriveDelta(0, [4, 0], samples: 1), 1e-12);
        Assert.Equal(3, server.ArriveDelta(0, [0, 4], samples: 3), 1e-12);
        Assert.Equal(1, server.Model[0], 1e-6f);
        Assert.Equal(3, server.Model[1], 1e-6f);

        // τ = 1: (5, 5) is (2, 6) along m and (3, −1) across, g = 1/2: (3.5, 5.5), W ∝ e^−0.1 = 0.9048374. Fresh (1, 3): W ∝ 1.
        // d = ((3.1669309 + 1)/1.9048374, (4.9766057 + 3)/1.9048374) = (2.187552, 4.187552).
        Assert.Equal(0.9048374, server.ArriveDelta(0, [5, 5]), 1e-6);
        server.ArriveDelta(1, [1, 3]);
        Assert.Equal(3.187552f, server.Model[0], 1e-5f);
        Assert.Equal(7.187552f, server.Model[1], 1e-5f);
    }

    [Fact]
    [Conformance("trustweight", Evidence.NumericOracle)]
    public void OnArrival_Features_ByHand()
    {
        TrustWeightOptions options = new() { BufferSize = 1, ThetaLoss = 2, ThetaNorm = -0.1, ThetaCosine = 3, StalenessDecay = 0.5 };
        Server server = new(services => new TrustWeight(options, services), [0, 0]);

        // No momentum yet: cosine 0. 2·0.25 − 0.1·5 = 0.
        Assert.Equal(1, server.ArriveDelta(0, [3, 4], outcome: new(1, 3) { LossDrop = 0.25 }), 1e-6);

        // Along m: 3·1 − 0.1·10 + 2·(−0.5) = 1; τ = 1: e^(1 − 0.5), times 7 samples.
        Assert.Equal(7 * Math.Exp(0.5), server.ArriveDelta(0, [6, 8], samples: 7, outcome: new(1, 3) { LossDrop = -0.5 }), 1e-4);
    }

    [Fact]
    [Conformance("trustweight", Evidence.LimitCase)]
    public void OnArrival_HugeExponents_LeaveTheWeightToTheLargest()
    {
        foreach ((float first, float second) in new[] { (2f, 1f), (1f, 2f) })
        {
            Server server = new(services => new TrustWeight(new() { BufferSize = 2, ThetaNorm = 5000 }, services), [0]);
            server.ArriveDelta(0, [first]);
            server.ArriveDelta(0, [second]);
            Assert.Equal(2, server.Model[0], 1e-6f);
        }
    }

    [Fact]
    [Conformance("trustweight", Evidence.KnownMistake)]
    public void OnArrival_NoMomentumYet_ProjectsOnNothing()
    {
        // ‖Δ‖ = 1, β₂ = 1: g = 1/2. The projection on a vector of no length is 0, not NaN.
        Server server = new(services => new TrustWeight(new() { BufferSize = 1, ShrinkByNorm = 1 }, services), [0]);
        server.ArriveDelta(0, [1]);
        Assert.Equal(0.5f, server.Model[0], 1e-6f);

        // Now all of it lies along the momentum and counts in full.
        server.ArriveDelta(1, [1]);
        Assert.Equal(1.5f, server.Model[0], 1e-6f);
    }

    [Fact]
    public void OnArrival_Momentum_IsAMovingAverageOfTheDirections()
    {
        // γ = 0.5: m = (1, 0)/2, then (1, 0)/4 + (0, 1)/2. (1, 2) lies along it: cosine 1.
        Server server = new(services => new TrustWeight(new() { BufferSize = 1, MomentumRate = 0.5, ThetaCosine = 1 }, services), [0, 0]);
        server.ArriveDelta(0, [1, 0]);
        server.ArriveDelta(1, [0, 1]);
        Assert.Equal(Math.E, server.ArriveDelta(2, [1, 2]), 1e-5);
    }

    [Fact]
    public void OnArrival_BatchNormBuffers_AreAveragedWithoutDirection()
    {
        Server server = new(services => new TrustWeight(new() { BufferSize = 2, ThetaCosine = 5 }, services), [0, 0], trainable: 1);
        for (int step = 0; step < 2; step++)
        {
            server.ArriveDelta(step, [1, 100]);
            server.ArriveDelta(step, [1, -300]);
        }

        Assert.Equal(2, server.Model[0], 1e-5f);
        Assert.Equal(-200, server.Model[1], 1e-3f);
    }

    [Fact]
    [Conformance("trustweight", Evidence.Equivalence)]
    [Conformance("trustweight", Evidence.EngineRun)]
    public void Run_EqualDelaysAndBufferOfAllInFlight_IsFedAvg()
    {
        Trace trust = Run(services => new TrustWeight(new() { BufferSize = 4 }, services));
        Trace rounds = Run(services => new FedAvg(new(), services));
        Assert.Equal(25, trust.Result.ServerSteps);
        Assert.All(rounds.Parameters.Zip(trust.Parameters), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    private static Trace Run(Func<StrategyServices, IServerStrategy> strategy) => new Scenario
    {
        Clients = 9,
        Rounds = 100,
        Samples = client => client + 1,
        Delay = Scenario.DelayOf("constant"),
        Problem = new() { OccurrenceMark = 0.01f },
        Strategy = strategy,
    }.Run();
}
