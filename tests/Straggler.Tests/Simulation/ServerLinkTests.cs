using CsCheck;
using Straggler.Availability;
using Straggler.Configuration;
using Straggler.Delays;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Simulation;

/// <summary>Runs whose clients share the server's link.</summary>
public sealed class ServerLinkTests
{
    /// <summary>100 bytes each way, a second each alone; a server's link as fast as one client's, in both directions; 3 s of work.</summary>
    private static Scenario Two(LinkDiscipline discipline) => new()
    {
        Clients = 2,
        Concurrency = 2,
        Rounds = 4,
        Bytes = new(100, 100),
        Delay = Scenario.LinkOf(3, 100, 1, new() { Download = 100, Upload = 100, Discipline = discipline }),
    };

    [Fact]
    public void Run_ProcessorSharingTwoClients_TakeTwiceAsLongOnTheWay()
    {
        // Down together 0 to 2, work to 5, up together to 7; again from 7 on.
        Trace run = Two(LinkDiscipline.ProcessorSharing).Run();
        Assert.Equal([7, 7, 14, 14], run.Updates.Select(update => update.VirtualTime));
        Assert.Equal([0, 0, 7, 7], run.Updates.Select(update => update.DispatchVirtualTime));
    }

    [Fact]
    public void Run_FifoTwoClients_GoOneBehindTheOther()
    {
        // One: down 0 to 1, work to 4, up to 5. Two: down 1 to 2, work to 5, up to 6. Again from 5 and 6 on, where nobody is in the way.
        Assert.Equal([5, 6, 10, 11], Two(LinkDiscipline.Fifo).Run().Updates.Select(update => update.VirtualTime));
    }

    [Fact]
    public void Run_LatencyAfterTransfers_LeavesTheLinkToOthers()
    {
        // A latency of 2 after each transfer: one is down at 1, works from 3 to 6, is up at 7 and there at 9; two a second later each time.
        Scenario scenario = Two(LinkDiscipline.Fifo);
        Choice<IDistribution> two = BuiltIns.Distributions.Choose("constant") with { Options = new ConstantOptions { Value = 2 } };
        Trace run = (scenario with { Rounds = 2, Delay = scenario.Delay with { NetworkJitter = new() { Dist = two, Mode = JitterMode.Add } } }).Run();
        Assert.Equal([9, 10], run.Updates.Select(update => update.VirtualTime));
    }

    /// <summary>Half a second down without a limit, half a second of work, a second up one after another.</summary>
    private static Scenario Uploading(int clients) => new()
    {
        Clients = clients,
        Concurrency = 2,
        Rounds = 4,
        Bytes = new(100, 100),
        Delay = Scenario.LinkOf(0.5, 200, 0.5, new() { Upload = 100, Discipline = LinkDiscipline.Fifo }),
    };

    [Fact]
    public void Run_CalledBack_LeavesTheLinkToTheNextRound()
    {
        // Four leave, two are waited for: up at 1 to 2 and 2 to 3. The other two are called back, or the next would be up at 6, not at 5.
        Trace run = (Uploading(4) with
        {
            Strategy = services => new FedAvg(new(), services),
            Scheduler = Scenario.SchedulerOf("rounds", new RoundsOptions { OverSelection = 1 }),
        }).Run();
        Assert.Equal([2, 3, 5, 6], run.Updates.Select(update => update.VirtualTime));
        Assert.All(run.Losses, loss => Assert.Equal(UpdateOutcome.LostCalledBack, loss.Outcome));
        Assert.Equal([3, 3, 6, 6], run.Losses.Select(loss => loss.VirtualTime));
    }

    [Fact]
    public void Run_RoundDeadline_CountsWhoIsUpByThen()
    {
        // Up at 2, 3, 4; the deadline of 3 takes the first two, the next round begins at 3: 5 and 6.
        Trace run = (Uploading(3) with
        {
            Concurrency = 3,
            Strategy = services => new FedAvg(new(), services),
            Scheduler = Scenario.SchedulerOf("rounds", new RoundsOptions { DeadlineS = 3 }),
        }).Run();
        Assert.Equal([2, 3, 5, 6], run.Updates.Select(update => update.VirtualTime));
        Assert.Equal([3], run.Losses.Select(loss => loss.VirtualTime));
    }

    [Fact]
    public void Run_HeldUpBeyondTheTimeout_IsLostAndFreesTheLink()
    {
        // One is there at 2. Two would be at 3, but is given up at 2.5, in the midst of its upload, and leaves again. One left at 2 and is
        // up from 3 to 4; two left at 2.5, waits from 3.5 to 4 and is there at 5, the very end of its time.
        Trace run = (Uploading(2) with { Rounds = 3, Failure = new() { Timeout = 2.5 } }).Run();
        Assert.Equal([2, 4, 5], run.Updates.Select(update => update.VirtualTime));
        UpdateRecord lost = Assert.Single(run.Losses);
        Assert.Equal((2.5, UpdateOutcome.LostTimeout), (lost.VirtualTime, lost.Outcome));
    }

    [Fact]
    public void Run_QueuesAtClients_ATaskBeginsWhenTheOneBeforeIsOver()
    {
        // One client, two tasks: the second waits for the first, then both ways are free. 1 + 3 + 1 each.
        Trace run = (Two(LinkDiscipline.ProcessorSharing) with
        {
            Rounds = 3,
            Scheduler = new()
            {
                Selection = BuiltIns.Selections.Choose("queued") with { Options = new QueuedSelectionOptions { Probabilities = [1, 1e-12] } },
            },
        }).Run();
        Assert.Equal([0, 0, 0], run.Updates.Select(update => update.Client));
        Assert.Equal([5, 10, 15], run.Updates.Select(update => update.VirtualTime));
        Assert.Equal([0, 0, 5], run.Updates.Select(update => update.DispatchVirtualTime));
    }

    /// <summary>With room for all, the link changes nothing, whatever else is set.</summary>
    [Fact]
    public void Run_UnlimitedLink_GivesTheSameBitsAsWithout() => Settings.Sample(scenario =>
    {
        Trace without = scenario.Run();
        ServerLinkOptions unlimited = new() { Download = 1e300, Upload = 1e300 };
        Trace with = (scenario with { Delay = scenario.Delay with { ServerLink = unlimited } }).Run();
        Assert.Equal(without.Updates, with.Updates);
        Assert.Equal(without.Losses, with.Losses);
        Assert.Equal(without.Parameters, with.Parameters);
    }, iter: 200, threads: 1);

    /// <summary>Nothing is called back from clients with queues: without a link, tasks wait on for the time of the one that was.</summary>
    private static Gen<Scenario> Settings { get; } =
        from delay in SharedLinks.WithoutLink
        from scheduler in Gen.Int[0, 5].Select(place => new[] { "constant", "tiers", "semi_sync", "queued", "rounds", "interval" }[place])
        from failing in Gen.Bool
        from late in Gen.Bool
        from strategy in Gen.Int[0, scheduler == "queued" ? 1 : 2]
        from seed in Gen.ULong
        select new Scenario
        {
            Clients = 12,
            Concurrency = 6,
            Rounds = 80,
            Seed = seed,
            Bytes = SharedLinks.Bytes,
            Samples = client => 1 + (client % 4),
            Delay = delay,
            Problem = new() { OccurrenceMark = 0.125f },
            Failure = failing && scheduler != "queued"
                ? new() { Dropout = 0.2, UploadLoss = 0.1, Timeout = 6, Notice = late ? LossNotice.Timeout : LossNotice.AtOnce } : new(),
            Scheduler = scheduler switch
            {
                "queued" => new() { Selection = BuiltIns.Selections.Choose("queued") },
                "rounds" => Scenario.SchedulerOf("rounds", new RoundsOptions { OverSelection = 0.5, DeadlineS = 4 }),
                "semi_sync" => Scenario.SchedulerOf("semi_sync", new SemiSyncOptions { MinUpdates = 3, PeriodS = 4 }),
                _ => Scenario.SchedulerOf(scheduler),
            },
            Strategy = services => strategy switch
            {
                0 => new FedAsync(new()),
                1 => new FedBuff(new() { BufferSize = 3, TimeoutS = 5 }, services),
                _ => new Ringmaster(new() { DelayThreshold = 3, StopStale = true }, services),
            },
        };

    /// <summary>The workers are told estimates of when trainings are due: far more in flight than results may wait, and the order changes.</summary>
    [Theory]
    [InlineData(LinkDiscipline.ProcessorSharing)]
    [InlineData(LinkDiscipline.Fifo)]
    public void Run_AnyNumberOfWorkersInAnyTiming_GivesTheSameBits(LinkDiscipline discipline)
    {
        Trace One(int workers, int spin) => new Scenario
        {
            Clients = 60,
            Concurrency = 50,
            Rounds = 300,
            Bytes = SharedLinks.Bytes,
            Workers = workers,
            Problem = new() { OccurrenceMark = 0.125f, During = (task, _) => Thread.SpinWait(task.Client % 3 * spin) },
            Delay = Scenario.DelayOf("lognormal") with
            {
                Bandwidth = new() { Dist = BuiltIns.Distributions.Choose("lognormal") with { Options = new LognormalOptions { Mu = 7, Sigma = 2 } } },
                ServerLink = new() { Download = 3000, Upload = 2000, Discipline = discipline },
            },
        }.Run();
        Trace one = One(1, 0);
        Assert.Equal(300, one.Updates.Count);
        foreach (Trace other in new[] { One(2, 20_000), One(5, 5_000) })
        {
            Assert.Equal(one.Updates, other.Updates);
            Assert.Equal(one.Parameters, other.Parameters);
        }
    }
}
