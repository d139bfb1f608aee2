using Straggler.Configuration;
using Straggler.Delays;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Scheduling;

public sealed class SpeedTiersTests
{
    [Fact]
    public void Run_TwoTiers_ByHand()
    {
        // Tasks of 5, 1, 2 and 6 seconds: tiers {1, 2} and {0, 3}. Rounds of the first end at 2, 4, 6, of the second at 6.
        int[] seconds = [5, 1, 2, 6];
        Trace run = new Scenario
        {
            Clients = 4,
            Concurrency = 4,
            Rounds = 8,
            Delay = Delayed.WholeSeconds,
            Samples = client => seconds[client],
            Scheduler = Scenario.SchedulerOf("tiers", new SpeedTiersOptions { Tiers = 2 }),
            Strategy = services => new FedAt(new(), services),
        }.Run();
        Assert.Equal([1.0, 2, 3, 4, 5, 5, 6, 6], run.Updates.Select(update => update.VirtualTime));
        Assert.Equal([1, 2, 1, 2, 0, 1, 3, 2], run.Updates.Select(update => update.Client));
        Assert.Equal([0L, 0, 0, 0, 2, 0, 2, 1], run.Updates.Select(update => update.Staleness));
        Assert.Equal(4, run.Result.ServerSteps);
    }

    [Fact]
    public void Deal_ClientsAndPlacesThatDoNotComeOutEven_GoToTheFastTiersFirst()
    {
        // 8 clients with 9 − c seconds into 3 tiers of 3, 3, 2; 5 places into 2, 2, 1.
        ClientGroups groups = SpeedTiers.Deal(new() { Tiers = 3 }, Services(clientCount: 8, concurrency: 5));
        Assert.Equal([5, 6, 7], groups.MembersOf(0, 8));
        Assert.Equal([0, 1], groups.MembersOf(2, 8));
        Assert.Equal([2, 2, 1], Enumerable.Range(0, 3).Select(groups.ConcurrencyOf));
    }

    [Fact]
    public void Deal_MoreTiersThanPlaces_SaysSo() => Assert.Equal("scheduler.tiers",
        Assert.Throws<InvalidOptionException>(() => SpeedTiers.Deal(new() { Tiers = 6 }, Services(clientCount: 8, concurrency: 5))).Path);

    private static SchedulingServices Services(int clientCount, int concurrency)
    {
        RandomStreams streams = new(1);
        return new(new(), true, concurrency, [.. Enumerable.Repeat(1, clientCount)], streams)
        {
            Delays = new DelayModel(Delayed.WholeSeconds, streams, [.. Enumerable.Range(0, clientCount).Select(client => 9L - client)], 0),
        };
    }
}
