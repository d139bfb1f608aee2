using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

public sealed class RingmasterTests
{
    [Fact]
    [Conformance("ringmaster", Evidence.NumericOracle)]
    public void OnArrival_ThresholdOfTwo_ByHand()
    {
        // R = 2, γ = 0.5: τ = 0 and 1 count in full, τ = 2 not at all.
        Server server = new(services => new Ringmaster(new() { DelayThreshold = 2, ServerLearningRate = 0.5 }, services), [1, 0]);
        Assert.Equal(0.5, server.ArriveDelta(0, [8, 2])); // (5, 1)
        Assert.Equal(0.5, server.ArriveDelta(0, [-2, 4])); // (4, 3)
        Assert.Equal([4, 3], server.Model);
        Assert.False(server.Admits(0));
        Assert.True(server.Admits(1));
        server.ArriveDelta(1, [2, 2]);
        Assert.Equal([5, 4], server.Model);
    }

    [Fact]
    [Conformance("ringmaster", Evidence.KnownMistake)]
    public void OnRefused_Discarded_IsNoServerStep()
    {
        // If what is discarded counted as a step, all those in flight would grow stale by it, and the method could starve itself.
        Server server = new(services => new Ringmaster(new() { DelayThreshold = 1 }, services), [0]);
        server.ArriveDelta(0, [1]);
        server.Refuse(0);
        Assert.Equal(1, server.Version);
        Assert.True(server.Admits(1));
    }

    [Fact]
    public void OnArrival_BatchNormBuffers_MoveLikeTheRest()
    {
        Server server = new(services => new Ringmaster(new(), services), [0, 10], trainable: 1);
        server.ArriveDelta(0, [4, -2]);
        Assert.Equal([4, 8], server.Model);
    }

    [Fact]
    [Conformance("ringmaster", Evidence.LimitCase)]
    [Conformance("ringmaster", Evidence.EngineRun)]
    public void Run_EqualClients_DefaultThresholdTakesThemAll()
    {
        // Equal delays: each update has seen C − 1 others, which is below R = C. With R = C − 1 some are discarded, unawaited.
        Trace all = Run(services => new Ringmaster(new(), services), "constant");
        Assert.All(all.Updates, update => Assert.Equal(UpdateOutcome.Applied, update.Outcome));
        Assert.Equal(3, all.Updates[^1].Staleness);
        Trace some = Run(services => new Ringmaster(new() { DelayThreshold = 3 }, services), "constant");
        UpdateRecord[] discarded = [.. some.Updates.Where(update => update.Outcome == UpdateOutcome.RefusedStale)];
        Assert.NotEmpty(discarded);
        Assert.All(discarded, update => Assert.True(update.Staleness >= 3 && double.IsNaN(update.TrainLoss) && update.Weight == 0));
        Assert.Equal(some.Updates.Count - discarded.Length, some.Result.ServerSteps);
    }

    [Fact]
    [Conformance("ringmaster", Evidence.Equivalence)]
    public void Run_ThresholdNeverReached_IsPlainAsynchronousSgd()
    {
        Trace ringmaster = Run(services => new Ringmaster(new() { DelayThreshold = long.MaxValue }, services), "exponential");
        Trace plain = Run(services => new FedBuff(new() { BufferSize = 1, StalenessScaling = false }, services), "exponential");
        Assert.Equal(plain.Updates, ringmaster.Updates);
        Assert.All(plain.Parameters.Zip(ringmaster.Parameters), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    [Conformance("ringmaster", Evidence.Equivalence)]
    [Conformance("rennala", Evidence.LimitCase)]
    public void Run_ThresholdOfOne_IsRennalaWithABatchOfOne()
    {
        Trace ringmaster = Run(services => new Ringmaster(new() { DelayThreshold = 1 }, services), "exponential");
        Trace rennala = Run(services => new Rennala(new() { BufferSize = 1 }, services), "exponential");
        Assert.Contains(ringmaster.Updates, update => update.Outcome == UpdateOutcome.RefusedStale);
        Assert.Equal(rennala.Updates, ringmaster.Updates);
        Assert.All(rennala.Parameters.Zip(ringmaster.Parameters), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    private static Trace Run(Func<StrategyServices, IServerStrategy> strategy, string delay) => new Scenario
    {
        Rounds = 200,
        Delay = Scenario.DelayOf(delay),
        Scheduler = new() { Ties = TieRule.Sequence },
        Problem = new() { Pull = 0.1f, OccurrenceMark = 0.001f },
        Strategy = strategy,
    }.Run();
}
