using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

public sealed class AcedTests
{
    [Fact]
    [Conformance("aced", Evidence.NumericOracle)]
    public void OnArrival_OldestOfOne_ByHand()
    {
        Server server = new(services => new Aced(new() { MaxStaleness = 1, ServerLearningRate = 1 }, services), [0], clients: 3);
        server.ArriveDelta(0, [6], client: 0); // A = {0}: x = 6
        server.ArriveDelta(1, [2], client: 1); // client 0's is 1 old: x = 6 + (6 + 2)/2
        Assert.Equal((2, 10f), (server.Version, server.Model[0]));
        server.ArriveDelta(2, [3], client: 2); // client 0's is 2 old and out: x = 10 + (2 + 3)/2
        Assert.Equal(12.5f, server.Model[0], 1e-6f);
        server.ArriveDelta(3, [1], client: 0); // client 1's is out: x = 12.5 + (3 + 1)/2
        Assert.Equal(14.5f, server.Model[0], 1e-6f);
    }

    [Fact]
    [Conformance("aced", Evidence.KnownMistake)]
    public void OnRefused_TooOldItself_StepsWithTheOthersAlone()
    {
        Server server = new(services => new Aced(new() { MaxStaleness = 1, ServerLearningRate = 1 }, services), [0], clients: 3);
        server.ArriveDelta(0, [6], client: 1);
        server.ArriveDelta(1, [2], client: 2); // x = 10
        Assert.False(server.Admits(0));
        server.Refuse(0); // at version 2 client 1's is out and client 2's is 1 old: x = 10 + 2
        Assert.Equal((3, 12f), (server.Version, server.Model[0]));
        server.Refuse(0); // nobody is left: no step
        Assert.Equal((3, 12f), (server.Version, server.Model[0]));
    }

    [Fact]
    public void OnRefused_NotFinite_MakesNoStep()
    {
        Server server = new(services => new Aced(new(), services), [0]);
        server.ArriveDelta(0, [6], client: 1);
        server.Refuse(1);
        Assert.Equal(1, server.Version);
    }

    [Fact]
    [Conformance("aced", Evidence.Equivalence)]
    public void OnArrival_AllSeenAndNobodyTooOld_StepsAsAce()
    {
        Server ace = new(services => new Ace(new(), services), [0], clients: 3);
        Server aced = new(services => new Aced(new() { MaxStaleness = 1000 }, services), [0], clients: 3);
        for (int arrival = 0; arrival < 12; arrival++)
        {
            (float one, float other) = (ace.Model[0], aced.Model[0]);
            ace.ArriveDelta(ace.Version / 2, [arrival], client: arrival % 3);
            aced.ArriveDelta(aced.Version / 2, [arrival], client: arrival % 3);
            if (arrival >= 2)
            {
                Assert.Equal(ace.Model[0] - one, aced.Model[0] - other, 1e-5f);
            }
        }
    }

    [Fact]
    [Conformance("aced", Evidence.Equivalence)]
    [Conformance("aced", Evidence.EngineRun)]
    public void Run_NothingOlderThanItsArrival_IsRingmasterWithAThresholdOfOne()
    {
        Trace aced = Run(services => new Aced(new() { MaxStaleness = 0, ServerLearningRate = 1 }, services));
        Trace fresh = Run(services => new Ringmaster(new() { DelayThreshold = 1 }, services));
        Assert.Equal(fresh.Updates, aced.Updates);
        Assert.All(fresh.Parameters.Zip(aced.Parameters), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    [Conformance("aced", Evidence.EngineRun)]
    public void Run_UnequalClients_FollowsThePlainRecursion()
    {
        QuadraticProblem problem = new();
        Trace run = Run(services => new Aced(new() { MaxStaleness = 6, ServerLearningRate = 0.2 }, services), problem);
        (long Sent, double Delta)[] last = [.. Enumerable.Repeat((-1000L, 0.0), 10)];
        double expected = new Replay(run, problem).End((update, delta, versions) =>
        {
            if (update.Staleness <= 6)
            {
                last[update.Client] = (update.BaseVersion, delta);
            }

            double[] counted = [.. last.Where(entry => update.Version - entry.Sent <= 6).Select(entry => entry.Delta)];
            return counted.Length == 0 ? null : versions[^1] + (0.2 * counted.Average());
        });
        Assert.Contains(run.Updates, update => update.Staleness > 6);
        Assert.All(run.Parameters, parameter => Assert.Equal(expected, parameter, 1e-3));
    }

    private static Trace Run(Func<StrategyServices, IServerStrategy> strategy, QuadraticProblem? problem = null) => new Scenario
    {
        Rounds = 300,
        Delay = Scenario.DelayOf("lognormal"),
        Problem = problem ?? new(),
        Strategy = strategy,
    }.Run();
}
