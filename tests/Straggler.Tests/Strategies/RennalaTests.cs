using Straggler.Configuration;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

public sealed class RennalaTests
{
    [Fact]
    [Conformance("rennala", Evidence.NumericOracle)]
    public void OnArrival_BatchOfTwo_ByHand()
    {
        Server server = new(services => new Rennala(new() { BufferSize = 2, ServerLearningRate = 0.5 }, services), [1, 0]);
        server.ArriveDelta(0, [8, 2]);
        Assert.Equal(0, server.Version);
        server.ArriveDelta(0, [-4, 2]); // the mean is (2, 2)
        Assert.Equal(1, server.Version);
        Assert.Equal([2, 1], server.Model);
    }

    [Fact]
    [Conformance("rennala", Evidence.KnownMistake)]
    public void Admits_UpdateOfAnOlderModel_IsIgnoredAndNotOfTheBatch()
    {
        Server server = new(services => new Rennala(new() { BufferSize = 2 }, services), [0]);
        server.ArriveDelta(0, [4]);
        server.ArriveDelta(0, [2]);
        server.ArriveDelta(1, [10]);
        Assert.False(server.Admits(0));
        server.Refuse(0);
        Assert.Equal(1, server.Version); // the refused one does not complete the batch
        server.ArriveDelta(1, [20]);
        Assert.Equal((2, 18f), (server.Version, server.Model[0])); // 3 + 15: the mean, not the sum
    }

    [Fact]
    [Conformance("rennala", Evidence.LimitCase)]
    public void OnArrival_BatchOfOne_TakesTheFirstFreshUpdate()
    {
        Server server = new(services => new Rennala(new() { BufferSize = 1 }, services), [0]);
        server.ArriveDelta(0, [4]);
        Assert.False(server.Admits(0));
        server.ArriveDelta(1, [3]);
        Assert.Equal((2, 7f), (server.Version, server.Model[0]));
    }

    [Fact]
    public void Constructor_FlushAndABatchThatNeverFills_SaysWhatIsAllowed() => Assert.Equal(
        "strategy.buffer_size",
        Assert.Throws<InvalidOptionException>(() => new Rennala(new() { BufferSize = 3 }, new(1, 1, 10, 2, Redispatch.Flush))).Path);

    [Fact]
    [Conformance("rennala", Evidence.Equivalence)]
    [Conformance("rennala", Evidence.EngineRun)]
    public void Run_EqualDelaysAndABatchOfAllInFlight_IsFedAvg()
    {
        Trace rennala = Run(services => new Rennala(new() { BufferSize = 4 }, services), "constant");
        Trace rounds = Run(services => new FedAvg(new() { Weighting = ClientWeighting.Uniform }, services), "constant");
        Assert.All(rennala.Updates, update => Assert.Equal(UpdateOutcome.Applied, update.Outcome));
        Assert.Equal(25, rennala.Result.ServerSteps);
        Assert.Equal(rounds.Parameters, rennala.Parameters);
    }

    [Fact]
    [Conformance("rennala", Evidence.EngineRun)]
    public void Run_UnequalDelays_AppliesFreshUpdatesOnlyAndStepsOnceForEachBatch()
    {
        Trace run = Run(services => new Rennala(new() { BufferSize = 3 }, services), "exponential");
        Assert.All(run.Updates, update => Assert.Equal(
            update.Staleness == 0 ? UpdateOutcome.Applied : UpdateOutcome.RefusedStale, update.Outcome));
        Assert.Equal(run.Updates.Count(update => update.Staleness == 0) / 3, run.Result.ServerSteps);
        Assert.Contains(run.Updates, update => update.Staleness > 0);
    }

    private static Trace Run(Func<StrategyServices, IServerStrategy> strategy, string delay) => new Scenario
    {
        Clients = 9,
        Rounds = 100,
        Delay = Scenario.DelayOf(delay),
        Problem = new() { OccurrenceMark = 0.01f },
        Strategy = strategy,
    }.Run();
}
