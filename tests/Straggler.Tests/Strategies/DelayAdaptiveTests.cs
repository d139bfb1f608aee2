using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

public sealed class DelayAdaptiveTests
{
    [Fact]
    [Conformance("delay_adaptive", Evidence.NumericOracle)]
    public void OnArrival_GrowingStaleness_ByHand()
    {
        Server server = new(services => new DelayAdaptive(new() { ServerLearningRate = 0.5, DelayThreshold = 2 }, services), [0]);
        Assert.Equal(0.5, server.ArriveDelta(0, [8])); // τ = 0: x = 4
        Assert.Equal(0.5, server.ArriveDelta(0, [2])); // τ = 1: x = 5
        Assert.Equal(0.5, server.ArriveDelta(0, [2])); // τ = 2: x = 6
        Assert.Equal(0.5 * 2 / 3, server.ArriveDelta(0, [3]), 1e-12); // τ = 3: x = 7
        Assert.Equal(0.25, server.ArriveDelta(0, [4])); // τ = 4: x = 8
        Assert.Equal(8, server.Model[0], 1e-6f);
        Assert.Equal(5, server.Version);
    }

    [Fact]
    [Conformance("delay_adaptive", Evidence.KnownMistake)]
    public void OnArrival_RateOfAStaleUpdate_DoesNotStay()
    {
        Server server = new(services => new DelayAdaptive(new() { DelayThreshold = 1 }, services), [0]);
        for (int arrival = 0; arrival < 20; arrival++)
        {
            Assert.Equal(1, server.ArriveDelta(server.Version, [1]));
            Assert.Equal(arrival == 0 ? 1 : 1.0 / server.Version, server.ArriveDelta(0, [1]), 1e-12);
        }
    }

    [Fact]
    [Conformance("delay_adaptive", Evidence.LimitCase)]
    public void Constructor_NoThreshold_TakesTheConcurrency()
    {
        Server server = new(services => new DelayAdaptive(new(), services), [0], concurrency: 3);
        Assert.Equal([1, 1, 1, 1, 0.75], Enumerable.Range(0, 5).Select(_ => server.ArriveDelta(0, [1])));
    }

    [Fact]
    public void Admits_Drop_RefusesAboveTheThreshold()
    {
        Server server = new(services => new DelayAdaptive(new() { DelayThreshold = 1, LongDelays = LongDelays.Drop }, services), [0]);
        server.ArriveDelta(0, [1]);
        Assert.True(server.Admits(0));
        Assert.Equal(1, server.ArriveDelta(0, [1]));
        Assert.False(server.Admits(0));
        Assert.True(server.Admits(1));
    }

    [Fact]
    public void OnArrival_BatchNormBuffers_MoveLikeTheRest()
    {
        Server server = new(services => new DelayAdaptive(new() { ServerLearningRate = 0.5 }, services), [0, 10], trainable: 1);
        server.ArriveDelta(0, [4, -2]);
        Assert.Equal([2, 9], server.Model);
    }

    [Fact]
    [Conformance("delay_adaptive", Evidence.Equivalence)]
    [Conformance("delay_adaptive", Evidence.EngineRun)]
    public void Run_Drop_IsRingmasterWithAThresholdOfOneMore()
    {
        Trace dropped = Run(services => new DelayAdaptive(new() { DelayThreshold = 3, LongDelays = LongDelays.Drop }, services));
        Trace ringmaster = Run(services => new Ringmaster(new() { DelayThreshold = 4 }, services));
        Assert.Contains(dropped.Updates, update => update.Staleness > 3);
        Assert.Equal(ringmaster.Updates, dropped.Updates);
        Assert.Equal(ringmaster.Parameters, dropped.Parameters);
    }

    [Fact]
    [Conformance("delay_adaptive", Evidence.Equivalence)]
    public void Run_ThresholdNeverReached_IsFedBuffWithABufferOfOne()
    {
        Trace adaptive = Run(services => new DelayAdaptive(new() { DelayThreshold = 1_000_000 }, services));
        Trace buffered = Run(services => new FedBuff(new() { BufferSize = 1, StalenessScaling = false }, services));
        Assert.Equal(buffered.Updates, adaptive.Updates);
        Assert.All(buffered.Parameters.Zip(adaptive.Parameters), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    private static Trace Run(Func<StrategyServices, IServerStrategy> strategy) => new Scenario
    {
        Rounds = 200,
        Delay = Scenario.DelayOf("exponential"),
        Problem = new() { Pull = 0.1f, OccurrenceMark = 0.001f },
        Strategy = strategy,
    }.Run();
}
