using Straggler.Availability;
using Straggler.Delays;
using Straggler.Federation;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Tests.Support;
using Straggler.Training;

namespace Straggler.Tests.Simulation;

/// <summary>How long tasks computed and transferred, as it is told to observers.</summary>
public sealed class TaskPartsTests
{
    [Fact]
    public void Run_ComputeAndLinks_PartsAreTheConfiguredOnes()
    {
        // 3 s of work; 100 bytes at 50 bytes a second down and a quarter of that up.
        Trace run = new Scenario
        {
            Bytes = new(100, 100),
            Delay = Constant(3) with { Bandwidth = new() { Dist = Constant(50).Dist, UploadFraction = 0.25 } },
        }.Run();
        Assert.All(run.Updates, update => Assert.Equal((2, 3, 8), Parts(update)));
        Assert.All(run.Updates, update => Assert.Equal(13, update.VirtualTime - update.DispatchVirtualTime, 1e-9));
    }

    [Fact]
    public void Run_NoNetwork_TransfersTakeNoTime() =>
        Assert.All(new Scenario { Delay = Constant(3) }.Run().Updates, update => Assert.Equal((0, 3, 0), Parts(update)));

    [Fact]
    public void Run_SharedLink_TransfersAreAsLongAsOthersMakeThem()
    {
        // Half a second of work. Down together from 0 to 2, work to 2.5, up together to 4.5.
        Trace together = Two(LinkDiscipline.ProcessorSharing, compute: 0.5).Run();
        Assert.All(together.Updates, update => Assert.Equal((2, 0.5, 2), Parts(update)));

        // One: down to 1, work to 1.5, up to 2.5. Two: down from 1 to 2, work to 2.5, up to 3.5: nobody is in the way by then.
        Trace inTurn = Two(LinkDiscipline.Fifo, compute: 0.5).Run();
        Assert.Equal([(1, 0.5, 1), (2, 0.5, 1)], inTurn.Updates.OrderBy(update => update.VirtualTime).Select(Parts));
    }

    [Fact]
    public void Run_UploadsOneAfterAnother_TheSecondsUploadIsLonger()
    {
        // Both work from 1 to 1.5 and want to be up by 2.5; the second begins then.
        Scenario scenario = Two(LinkDiscipline.Fifo, compute: 0.5);
        Trace run = (scenario with { Delay = scenario.Delay with { ServerLink = new() { Upload = 100, Discipline = LinkDiscipline.Fifo } } }).Run();
        Assert.Equal([(1, 0.5, 1), (1, 0.5, 2)], run.Updates.Select(Parts));
    }

    [Fact]
    public void Run_SharedLinkResumedMidTransfer_SameParts()
    {
        Scenario scenario = Two(LinkDiscipline.ProcessorSharing, compute: 0.5) with
        {
            Clients = 7,
            Concurrency = 5,
            Rounds = 60,
            Delay = Scenario.LinkOf(0.5, 100, 0.7, new() { Download = 150, Upload = 120 }) with
            {
                Dist = BuiltIns.Distributions.Choose("lognormal"),
                Per = DelayScope.Task,
            },
        };
        Trace whole = scenario.Run();
        MemoryKeeper keeper = new();
        Trace first = (scenario with { Rounds = 23, Keeper = keeper, CheckpointEvery = 23 }).Run();
        Trace rest = (scenario with { From = keeper.Last }).Run();
        Assert.Equal(whole.Rows, first.Rows.Concat(rest.Rows));
        Assert.All(whole.Updates, update => Assert.Equal(update.VirtualTime - update.DispatchVirtualTime, update.Parts.Total.Seconds, 1e-9));
        Assert.True(whole.Updates.DistinctBy(update => update.Parts.Download).Count() > 20);
    }

    [Fact]
    public void Run_LostTasks_NothingIsKnownOfTheirParts()
    {
        Trace run = new Scenario { Delay = Constant(3), Failure = new() { Dropout = 0.3, UploadLoss = 0.2 } }.Run();
        Assert.NotEmpty(run.Losses);
        Assert.All(run.Losses, loss => Assert.Equal(TaskDelay.Unknown, loss.Parts));
        Assert.All(run.Updates, update => Assert.Equal((0, 3, 0), Parts(update)));
    }

    [Fact]
    public void Run_ClientsGoOffInTheMidst_WhatIsNoPartIsWaiting()
    {
        Trace run = new Scenario
        {
            Delay = Constant(3),
            Availability = new()
            {
                Model = BuiltIns.Availability.Choose("markov") with { Options = new MarkovOptions { MeanOn = 4, MeanOff = 2 } },
                MidTask = MidTaskRule.Pause,
            },
        }.Run();
        Assert.Contains(run.Updates, update => update.VirtualTime - update.DispatchVirtualTime > 3.1);
        Assert.All(run.Updates, update => Assert.Equal((0, 3, 0), Parts(update)));
    }

    [Fact]
    public void Run_PollBeforeTheTaskIsDone_OnlyWhatWasComputedCounts()
    {
        // Polls every 2 s ask everybody, whose task would take 8.
        Trace run = new Scenario
        {
            Clients = 2,
            Concurrency = 2,
            Rounds = 4,
            Delay = Constant(8),
            Scheduler = Scenario.SchedulerOf("polling", new PollingOptions { ClientsPerPoll = 2, PeriodS = 2 }),
        }.Run();
        Assert.All(run.Updates, update => Assert.Equal((0, 2, 0), Parts(update)));
    }

    [Theory]
    [InlineData(0.25, 0.25)]
    [InlineData(1.0, 1.0)]
    [InlineData(0.0, 0.0)]
    [InlineData(1.0000001, double.NaN)]
    [InlineData(-0.1, double.NaN)]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(double.PositiveInfinity, double.NaN)]
    [InlineData(null, double.NaN)]
    public void Run_LiveClientsSayHowLongTheyTrained_IsBelievedUnlessTheTaskTookLess(double? said, double recorded)
    {
        Trace run = new Scenario
        {
            Clients = 1,
            Concurrency = 1,
            Rounds = 3,
            Problem = new(),
            Delay = Constant(1),
            Live = (trainer, delays) => new Talkative(new ScriptedClients(trainer, delays), said),
        }.Run();
        Assert.All(run.Updates, update => Assert.Equal((double.NaN, recorded, double.NaN), Parts(update)));
    }

    [Fact]
    public void Run_FollowsARecord_PartsAreTheRecords()
    {
        TaskDelay known = new(new(0.25), new(0.5), new(0.25)), live = TaskDelay.Unknown with { Compute = new(0.5) };
        Trace run = new Scenario
        {
            Clients = 3,
            Concurrency = 3,
            Rounds = 3,
            Delay = Constant(9),
            Recorded = new(
                [new(0, new(0), new(1), 0, null) { Parts = known }, new(1, new(0), new(2), 0, null) { Parts = live }, new(2, new(0), new(3), 0, null)], []),
        }.Run();
        Assert.Equal([known, live, TaskDelay.Unknown], run.Updates.Select(update => update.Parts));
    }

    /// <summary>100 bytes each way, a second each alone; a server's link as fast as one client's, in both directions.</summary>
    private static Scenario Two(LinkDiscipline discipline, double compute) => new()
    {
        Clients = 2,
        Concurrency = 2,
        Rounds = 2,
        Bytes = new(100, 100),
        Delay = Scenario.LinkOf(compute, 100, 1, new() { Download = 100, Upload = 100, Discipline = discipline }),
    };

    private static DelayOptions Constant(double seconds) => Scenario.DelayOf("constant", new ConstantOptions { Value = seconds });

    private static (double Download, double Compute, double Upload) Parts(UpdateRecord update) =>
        (update.Parts.Download.Seconds, update.Parts.Compute.Seconds, update.Parts.Upload.Seconds);

    /// <summary>Clients that say how long they trained.</summary>
    private sealed class Talkative(ILiveClients clients, double? seconds) : ILiveClients
    {
        public void Begin(VirtualTime now) => clients.Begin(now);

        public bool IsReady(int client) => clients.IsReady(client);

        public ITraining Start(in LocalTask task, ModelVersion dispatched, VirtualTime due) => clients.Start(task, dispatched, due);

        public async ValueTask<LiveEvent?> NextAsync(VirtualTime until, CancellationToken cancellation) =>
            await clients.NextAsync(until, cancellation) is { } heard ? heard with { TrainSeconds = seconds } : null;
    }
}
