using Straggler.Delays;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Simulation;

/// <summary>Laws of queues that long runs approach; seeds are fixed and tolerances are at least four standard errors.</summary>
public sealed class QueueingLawsTests
{
    [Fact]
    public void Law4_ExponentialDelays_StalenessIsGeometric()
    {
        // Every fiftieth arrival, ten times the concurrency apart, so that the counts are as good as independent.
        const int concurrency = 5, bins = 16;
        Trace run = Exponential(clients: 5, concurrency, rounds: 200_000).Run();
        UpdateRecord[] thinned = [.. run.Updates.Where((_, index) => index >= 100 && index % 50 == 0)];
        long[] counts = new long[bins + 1];
        foreach (UpdateRecord update in thinned)
        {
            counts[Math.Min(update.Staleness, bins)]++;
        }

        double[] expected = new double[bins + 1];
        for (int k = 0; k < bins; k++)
        {
            expected[k] = thinned.Length * Math.Pow(1 - (1.0 / concurrency), k) / concurrency;
        }

        expected[bins] = thinned.Length * Math.Pow(1 - (1.0 / concurrency), bins);
        ChiSquare.AssertFollows(counts, expected);

        // Variance C(C − 1) = 20.
        double mean = run.Updates.Average(update => (double)update.Staleness);
        Assert.Equal(20, run.Updates.Average(update => (update.Staleness - mean) * (update.Staleness - mean)), 1.0);
    }

    [Fact]
    public void Law5_EveryClientAlwaysOut_StalenessAndShareFollowTheRates()
    {
        // Mean durations 1, 2, 3, 6: rates sum to Λ = 2; staleness Λ/μ − 1 = 1, 3, 5, 11; shares μ/Λ = 1/2, 1/4, 1/6, 1/12.
        int[] durations = [1, 2, 3, 6];
        Trace run = (Exponential(4, 4, 200_000) with
        {
            Samples = client => durations[client],
            Delay = Scenario.DelayOf("exponential") with { Proportional = true },
        }).Run();
        foreach (IGrouping<int, UpdateRecord> client in run.Updates.GroupBy(update => update.Client))
        {
            Assert.Equal(1.0 / (2 * durations[client.Key]), client.Count() / 200_000.0, 0.005);
            double expected = (2 * durations[client.Key]) - 1;
            Assert.Equal(expected, client.Average(update => (double)update.Staleness), expected * 0.05);
        }
    }

    [Fact]
    public void Law5_FixedDurations_HoldsExactlyOverWholePeriods()
    {
        // The same with durations that do not vary: in each period of 6 the clients arrive 6, 3, 2 and 1 times.
        int[] durations = [1, 2, 3, 6];
        Trace run = (Exponential(4, 4, 12_000) with { Samples = client => durations[client], Delay = Delayed.WholeSeconds }).Run();
        Assert.Equal([6_000, 3_000, 2_000, 1_000], run.Updates.CountBy(update => update.Client).OrderBy(client => client.Key).Select(client => client.Value));
        foreach (IGrouping<int, UpdateRecord> client in run.Updates.Skip(12).GroupBy(update => update.Client))
        {
            Assert.Equal((2 * durations[client.Key]) - 1, client.Average(update => (double)update.Staleness), 0.01);
        }
    }

    [Fact]
    public void Law6_NextClientUniformAmongIdle_ParticipationFollowsTheStationaryLaw()
    {
        // Mean durations 1, 2, 6, two of three out: π({1,2}) : π({1,3}) : π({2,3}) = 2 : 6 : 12. Out with probability 8/20, 14/20, 18/20;
        // arrivals per second 0.4, 0.35, 0.15, together 0.9.
        int[] durations = [1, 2, 6];
        Trace run = (Exponential(3, 2, 200_000) with
        {
            Samples = client => durations[client],
            Delay = Scenario.DelayOf("exponential") with { Proportional = true },
        }).Run();
        double[] expected = [0.4, 0.35, 0.15];
        double end = run.Result.VirtualTime.Seconds;
        Assert.Equal(0.9, 200_000 / end, 0.01);
        foreach (KeyValuePair<int, int> client in run.Updates.CountBy(update => update.Client))
        {
            Assert.Equal(expected[client.Key], client.Value / end, 0.01);
        }
    }

    [Fact]
    public void Law8_DelaysDrawnPerTask_ThroughputIsLittlesLaw()
    {
        // C/E[D] = 7/1. The standard error is (0.29/1)/√100,000, about 0.1 %.
        Trace run = (Exponential(20, 7, 100_000) with { Delay = Scenario.DelayOf("uniform") }).Run();
        Assert.Equal(7, 100_000 / run.Result.VirtualTime.Seconds, 0.035);
    }

    [Fact]
    public void Law8_DelaysDrawnPerClient_ThroughputIsTheSumOfRates()
    {
        Trace run = (Exponential(10, 10, 50_000) with { Delay = Scenario.DelayOf("lognormal", per: DelayScope.Client) }).Run();
        double rates = run.Updates.DistinctBy(update => update.Client).Sum(update => 1 / (update.VirtualTime - update.DispatchVirtualTime));
        Assert.Equal(rates, 50_000 / run.Result.VirtualTime.Seconds, rates * 0.001);
    }

    [Fact]
    public void Law9_SynchronousRounds_LastAsLongAsTheLargestOfC()
    {
        // H_4 = 1 + 1/2 + 1/3 + 1/4 = 25/12 for exponential delays, 0.5 + 1·4/5 = 1.3 for uniform ones from 0.5 to 1.5.
        Scenario rounds = Exponential(8, 4, 80_000) with { Strategy = services => new FedAvg(new(), services) };
        Trace exponential = rounds.Run();
        Assert.Equal(20_000, exponential.Result.ServerSteps);
        Assert.Equal(25 / 12.0, exponential.Result.VirtualTime.Seconds / 20_000, 0.04);
        Trace uniform = (rounds with { Delay = Scenario.DelayOf("uniform") }).Run();
        Assert.Equal(1.3, uniform.Result.VirtualTime.Seconds / 20_000, 0.005);
    }

    [Fact]
    public void Law9_FirstKOfC_TakeTheDifferenceOfHarmonicNumbers()
    {
        // Replaced after the flush, memoryless: the first 2 of 5 take H_5 − H_3 = 1/4 + 1/5.
        Trace run = (Exponential(9, 5, 80_000) with
        {
            Scheduler = new() { Redispatch = Redispatch.Flush },
            Strategy = services => new FedBuff(new() { BufferSize = 2 }, services),
        }).Run();
        Assert.Equal(0.45, run.Result.VirtualTime.Seconds / 40_000, 0.01);
    }

    [Fact]
    public void MeanStaleness_AnyDelays_TendsToTheConservedValue()
    {
        // C − 1 for fedasync; (C − 1)/K for fedbuff answered at arrivals; C/K − 1 after the flush.
        Scenario scenario = Exponential(30, 12, 100_000) with { Delay = Scenario.DelayOf("lognormal") };
        Assert.Equal(11, scenario.Run().Result.Statistics.Staleness.Mean, 0.01);
        scenario = scenario with { Strategy = services => new FedBuff(new() { BufferSize = 4 }, services) };
        Assert.Equal(11 / 4.0, scenario.Run().Result.Statistics.Staleness.Mean, 0.01);
        scenario = scenario with { Scheduler = new() { Redispatch = Redispatch.Flush } };
        Assert.Equal((12 / 4.0) - 1, scenario.Run().Result.Statistics.Staleness.Mean, 0.01);
    }

    private static Scenario Exponential(int clients, int concurrency, int rounds) => new()
    {
        Clients = clients,
        Concurrency = concurrency,
        Rounds = rounds,
        Samples = _ => 1,
        Delay = Scenario.DelayOf("exponential"),
    };
}
