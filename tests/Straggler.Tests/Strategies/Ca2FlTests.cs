using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

public sealed class Ca2FlTests
{
    [Fact]
    [Conformance("ca2fl", Evidence.NumericOracle)]
    public void OnArrival_ThreeBuffers_ByHand()
    {
        Server server = new(services => new Ca2Fl(new() { BufferSize = 2 }, services), [0], clients: 4);

        // h = 0: v = (4 + 8)/2 = 6. Then h = (4, 8, 0, 0) and their mean over all four is 3.
        server.ArriveDelta(0, [4], client: 0);
        Assert.Equal(0, server.Version);
        server.ArriveDelta(0, [8], client: 1);
        Assert.Equal((1, 6f), (server.Version, server.Model[0]));

        // v = 3 + ((2 − 4) + (10 − 0))/2 = 7, with client 2 stale. Then h = (2, 8, 10, 0), mean 5.
        server.ArriveDelta(1, [2], client: 0);
        server.ArriveDelta(0, [10], client: 2);
        Assert.Equal((2, 13f), (server.Version, server.Model[0]));

        // Client 1 says the same again and client 3 nothing: v = 5 + 0.
        server.ArriveDelta(2, [8], client: 1);
        server.ArriveDelta(2, [0], client: 3);
        Assert.Equal(18, server.Model[0]);
    }

    [Fact]
    [Conformance("ca2fl", Evidence.KnownMistake)]
    public void OnArrival_MeanOfTheCache_IsOverAllClientsNotThoseSeen()
    {
        // Two of ten clients sent 10: the cache's mean is 2. Two others send 0, so v = 2 + 0; over those seen it would be 10, and without
        // calibration 0.
        Server server = new(services => new Ca2Fl(new() { BufferSize = 2 }, services), [0]);
        server.ArriveDelta(0, [10], client: 0);
        server.ArriveDelta(0, [10], client: 1);
        Assert.Equal(10, server.Model[0]);
        server.ArriveDelta(1, [0], client: 2);
        server.ArriveDelta(1, [0], client: 3);
        Assert.Equal(12, server.Model[0]);
    }

    [Fact]
    [Conformance("ca2fl", Evidence.LimitCase)]
    public void OnArrival_EveryClientAlwaysTheSameDelta_StepsByThatDelta()
    {
        Server server = new(services => new Ca2Fl(new() { BufferSize = 3 }, services), [0], clients: 3);
        for (int arrival = 0; arrival < 12; arrival++)
        {
            server.ArriveDelta(server.Version, [2], client: arrival % 3);
        }

        Assert.Equal((4, 8f), (server.Version, server.Model[0]));

        // From now on one client alone fills buffers: nothing changes, v is still 2.
        for (int arrival = 0; arrival < 3; arrival++)
        {
            server.ArriveDelta(server.Version, [2], client: 1);
        }

        Assert.Equal(10, server.Model[0]);
    }

    [Fact]
    [Conformance("ca2fl", Evidence.LimitCase)]
    public void OnArrival_OneClientAndABufferOfOne_AddsEachDelta()
    {
        // v = h + (Δ − h).
        Server server = new(services => new Ca2Fl(new() { BufferSize = 1 }, services), [0], clients: 1);
        server.ArriveDelta(0, [5]);
        server.ArriveDelta(0, [-3]);
        server.ArriveDelta(1, [7]);
        Assert.Equal([9], server.Model);
    }

    [Fact]
    public void OnArrival_TwiceInABuffer_IsComparedWithItsOwnLastDelta()
    {
        // r = 4, then 6 − 4: v = (4 + 2)/2 = 3; h = (6, 0), mean 3, which is the whole next step.
        Server server = new(services => new Ca2Fl(new() { BufferSize = 2 }, services), [0], clients: 2);
        server.ArriveDelta(0, [4], client: 0);
        server.ArriveDelta(0, [6], client: 0);
        Assert.Equal(3, server.Model[0]);
        server.ArriveDelta(1, [0], client: 1);
        server.ArriveDelta(1, [0], client: 1);
        Assert.Equal(6, server.Model[0]);
    }

    [Fact]
    public void OnArrival_BatchNormBuffers_AreAveragedWithoutCalibration()
    {
        Server server = new(services => new Ca2Fl(new() { BufferSize = 2 }, services), [0, 0], trainable: 1, clients: 2);
        for (int step = 0; step < 2; step++)
        {
            server.ArriveDelta(step, [4, 100], client: 0);
            server.ArriveDelta(step, [8, 300], client: 1);
        }

        Assert.Equal([12, 400], server.Model);
    }

    [Fact]
    [Conformance("ca2fl", Evidence.Equivalence)]
    public void OnArrival_FirstBuffer_IsFedBuffWithoutScaling()
    {
        Server calibrated = new(services => new Ca2Fl(new() { BufferSize = 3, ServerLearningRate = 0.7 }, services), [1, 2]);
        Server plain = new(
            services => new FedBuff(new() { BufferSize = 3, ServerLearningRate = 0.7, StalenessScaling = false }, services), [1, 2]);
        foreach (Server server in new[] { calibrated, plain })
        {
            server.ArriveDelta(0, [0.3f, -1], client: 0);
            server.ArriveDelta(0, [0.1f, 5], client: 1);
            server.ArriveDelta(0, [-0.7f, 2], client: 2);
        }

        Assert.Equal(1, calibrated.Version);
        Assert.Equal(plain.Model, calibrated.Model);
    }

    [Fact]
    [Conformance("ca2fl", Evidence.Equivalence)]
    [Conformance("ca2fl", Evidence.EngineRun)]
    public void Run_AllClientsInEveryBuffer_IsFedAvg()
    {
        // Σ over all of (Δ_i − h_i) + n·h̄ = ΣΔ_i.
        Trace calibrated = Equal(services => new Ca2Fl(new() { BufferSize = 5 }, services)).Run();
        Trace rounds = Equal(services => new FedAvg(new() { Weighting = ClientWeighting.Uniform }, services)).Run();
        Assert.Equal(20, calibrated.Result.ServerSteps);
        Assert.All(rounds.Parameters.Zip(calibrated.Parameters), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    private static Scenario Equal(Func<StrategyServices, IServerStrategy> strategy) => new()
    {
        Clients = 5,
        Concurrency = 5,
        Rounds = 100,
        Delay = Scenario.DelayOf("constant"),
        Problem = new() { OccurrenceMark = 0.01f },
        Strategy = strategy,
    };
}
