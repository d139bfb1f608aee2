using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Strategies;

public sealed class FedFixTests
{
    [Fact]
    [Conformance("fedfix", Evidence.NumericOracle)]
    public void OnArrival_UnequalClients_WeighsByTheIntervalsSinceTheLastUpdateByHand()
    {
        // Importances 1/4 and 3/4.
        Server server = new(services => new FedFix(new(), services), [0], clients: 2, services: services => services with { Samples = [1, 3] });

        Assert.Equal(0.25, server.ArriveDelta(0, [4], client: 0), 12);
        server.EndRound();
        Assert.Equal([1], server.Model); // 4/4
        Assert.Equal(0.25, server.ArriveDelta(1, [4], client: 0), 12);
        server.EndRound();
        Assert.Equal([2], server.Model);

        // The third interval: client 1 for three at once.
        Assert.Equal(2.25, server.ArriveDelta(0, [2], client: 1), 12);
        server.EndRound();
        Assert.Equal([6.5f], server.Model);

        // Nobody in the fourth: no step. Client 0 in the fifth: for the third to the fifth.
        server.EndRound();
        Assert.Equal(3, server.Version);
        Assert.Equal(0.75, server.ArriveDelta(3, [4], client: 0), 12);
        server.EndRound();
        Assert.Equal([9.5f], server.Model);
    }

    [Fact]
    [Conformance("fedfix", Evidence.EngineRun)]
    public void Run_AllClientsOut_WeighsByTheIntervalsOfATask()
    {
        // Tasks of 1, 2 and 5 seconds, intervals of 2: ⌈T/Δt⌉ p_i = 1/8, 2/8 and 3 · 5/8.
        Trace run = Timeline(new IntervalOptions { PeriodS = 2 }).Run();
        double[] expected = [0.125, 0.25, 1.875];
        Assert.All(run.Updates, update => Assert.Equal(expected[update.Client], update.Weight, 12));
    }

    /// <summary>E[ω_i] = p_i: up to a client's last update its weights sum to p_i for each interval, with few of many out too.</summary>
    [Fact]
    [Conformance("fedfix", Evidence.LimitCase)]
    public void Run_FewOfManyOut_EveryClientHasItsImportanceOnAverage()
    {
        Trace run = (Timeline(new IntervalOptions { PeriodS = 0.5 }) with
        {
            Clients = 10,
            Concurrency = 4,
            Samples = client => 1 + client,
            Rounds = 2_000,
            Delay = Scenario.DelayOf("lognormal"),
        }).Run();
        foreach (var client in run.Updates.GroupBy(update => update.Client))
        {
            // An update that comes at t is in interval ⌈t/Δt⌉, and none comes at an interval's end.
            double intervals = Math.Ceiling(client.Last().VirtualTime / 0.5);
            Assert.Equal((1 + client.Key) / 55.0, client.Sum(update => update.Weight) / intervals, 9);
        }
    }

    [Fact]
    [Conformance("fedfix", Evidence.Equivalence)]
    public void Run_IntervalAsLongAsTheSlowestTask_IsFedAvgWithEverybody()
    {
        Scenario scenario = Timeline(new IntervalOptions { PeriodS = 5 }) with { Problem = new() { OccurrenceMark = 0.1f } };

        // One arrival more, so that the last interval ends before the run does.
        Trace fixedIntervals = (scenario with { Rounds = scenario.Rounds + 1 }).Run();
        Trace average = (scenario with
        {
            Scheduler = Scenario.SchedulerOf("rounds"),
            Strategy = services => new FedAvg(new(), services),
        }).Run();
        Assert.All(average.Parameters.Zip(fixedIntervals.Parameters), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.Equal(average.Updates.Select(update => update.VirtualTime), fixedIntervals.Updates.SkipLast(1).Select(update => update.VirtualTime));
    }

    private static Scenario Timeline(IntervalOptions options) => new()
    {
        Clients = 3,
        Concurrency = 3,
        Rounds = 60,
        Delay = Delayed.WholeSeconds,
        Samples = client => client == 2 ? 5 : client + 1,
        Scheduler = Scenario.SchedulerOf("interval", options),
        Strategy = services => new FedFix(new(), services),
    };
}
