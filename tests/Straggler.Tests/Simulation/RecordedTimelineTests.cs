using CsCheck;
using Straggler.Availability;
using Straggler.Delays;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Simulation;

/// <summary>Following a record: the same strategy makes the same run of it, another one the same timeline.</summary>
public class RecordedTimelineTests
{
    private static readonly QuadraticProblem _problem = new() { OccurrenceMark = 0.01f };

    // The record says who comes back when, so these say something else.
    private static readonly DelayOptions _otherDelays = Scenario.DelayOf("constant", new ConstantOptions { Value = 77 });

    private static readonly Scenario[] _recorded =
    [
        new() { Strategy = _ => new FedAsync(new()) },
        new() { Strategy = services => new FedBuff(new() { BufferSize = 3, TimeoutS = 0.4 }, services) },
        new() { Strategy = services => new FedBuff(new() { BufferSize = 2 }, services), Scheduler = new() { Redispatch = Redispatch.Flush } },
        new() { Strategy = services => new FedAvg(new(), services) },
        new() { Strategy = services => new FedAvg(new(), services), Scheduler = Scenario.SchedulerOf("rounds", new RoundsOptions { OverSelection = 0.5, DeadlineS = 2 }) },
        new() { Strategy = services => new FedBuff(new() { BufferSize = 3 }, services), Scheduler = Scenario.SchedulerOf("interval", new IntervalOptions { PeriodS = 1 }) },
        new() { Strategy = _ => new FedAsync(new()), Failure = new() { Dropout = 0.2, UploadLoss = 0.1 } },
        new() { Strategy = _ => new FedAsync(new()), Availability = new() { Model = BuiltIns.Availability.Choose("markov") with { Options = new MarkovOptions { MeanOn = 3, MeanOff = 2 } }, MidTask = MidTaskRule.Abort } },
        new() { Strategy = _ => new FedAsync(new()), Scheduler = new() { Ties = TieRule.Sequence } },
    ];

    [Fact]
    public void ArrivalsByTask_TasksOfAClientThatOvertakeAndOneThatIsLost_CountsDispatchesAndArrivals()
    {
        // Client 1 leaves at 0, 1, 2 and 3: the task of 1 arrives before that of 0, that of 2 is lost, that of 3 is out at the end.
        RecordedTimeline record = new(
            [new(1, new(1), new(4), 0, null), new(0, new(0), new(5), 0, null), new(1, new(2), new(6), 0, UpdateOutcome.LostOffline), new(1, new(0), new(7), 0, null)],
            [new(1, new(3), VirtualTime.Never, 1, null)]);
        Assert.Equal(
            new Dictionary<(int, int), long> { [(1, 0)] = 3, [(1, 1)] = 1, [(0, 0)] = 2 },
            record.ArrivalsByTask());
    }

    [Fact]
    public void RunAsync_SameStrategyOverItsRecord_SameRunToTheBit() =>
        Gen.Select(Gen.ULong, Gen.Int[0, _recorded.Length - 1], Gen.OneOf(Delayed.WithoutTies, Gen.Const(Delayed.WholeSeconds))).Sample(
            (seed, scenario, delay) =>
            {
                Scenario run = _recorded[scenario] with
                {
                    Seed = seed,
                    Delay = delay,
                    Samples = client => 1 + (client % 3),
                    Problem = _problem,
                    Rounds = 60,
                    Evaluation = new() { EveryEvents = 9 },
                };
                Trace recorded = run.Run();
                Trace replayed = (run with { Recorded = TimelineOf(recorded), Delay = _otherDelays, Failure = new(), Availability = new() }).Run();
                Assert.Equal(recorded.Rows, replayed.Rows);
                Assert.Equal(recorded.Parameters, replayed.Parameters);
                Assert.Equal(recorded.Result.ServerSteps, replayed.Result.ServerSteps);
                Assert.Equal(recorded.Result.Outstanding, replayed.Result.Outstanding);
                Assert.Equal(StopReason.Rounds, replayed.Result.StopReason);
            },
            iter: 150);

    [Fact]
    public void RunAsync_AnotherStrategy_SameTimelineOtherModel()
    {
        Scenario run = _recorded[0] with { Problem = _problem, Delay = Scenario.DelayOf("exponential") };
        Trace recorded = run.Run();
        Trace other = (run with { Recorded = TimelineOf(recorded), Delay = _otherDelays, Strategy = _recorded[1].Strategy }).Run();
        Assert.Equal(
            recorded.Rows.Select(row => (row.Client, row.DispatchVirtualTime, row.VirtualTime)),
            other.Rows.Select(row => (row.Client, row.DispatchVirtualTime, row.VirtualTime)));
        Assert.NotEqual(recorded.Parameters, other.Parameters);
    }

    [Fact]
    public void RunAsync_MoreRoundsThanTheRecordHas_EndsWithTheRecord()
    {
        Scenario run = _recorded[0] with { Delay = Scenario.DelayOf("exponential"), Rounds = 20 };
        Trace replayed = (run with { Recorded = TimelineOf(run.Run()), Rounds = 1000 }).Run();
        Assert.Equal((StopReason.RecordEnded, 20), (replayed.Result.StopReason, replayed.Updates.Count));
    }

    [Fact]
    public void RunAsync_ResumedInTheMidstOfARecord_SameRun()
    {
        Scenario run = _recorded[1] with { Problem = _problem, Delay = Delayed.WholeSeconds, Samples = client => 1 + (client % 3) };
        Trace whole = run.Run();
        MemoryKeeper keeper = new();
        (run with { Recorded = TimelineOf(whole), Keeper = keeper, CheckpointEvery = 33, Rounds = 50 }).Run();
        Trace rest = (run with { Recorded = TimelineOf(whole), From = keeper.Last }).Run();
        Assert.Equal(whole.Rows[50..], rest.Rows);
        Assert.Equal(whole.Parameters, rest.Parameters);
    }

    [Theory]
    [InlineData(2, 1, 3)]
    [InlineData(0, 4, 3)]
    public void RecordedTimeline_TasksEndBeforeTheyBeginOrOutOfOrder_IsRefused(double dispatched, double ended, double laterEnded) =>
        Assert.Throws<ArgumentException>(() => new RecordedTimeline([
            new(0, new(dispatched), new(ended), 0, null), new(1, new(0), new(laterEnded), 0, null)], []));

    [Fact]
    public void MostInFlight_TaskThatBeginsAsAnotherEnds_IsNotCountedWithIt() =>
        Assert.Equal(2, new RecordedTimeline([new(0, new(0), new(1), 0, null), new(1, new(0), new(2), 0, null), new(0, new(1), new(3), 1, null)], []).MostInFlight);

    private static RecordedTimeline TimelineOf(Trace trace) => new(trace.Rows.Select(row =>
        new RecordedTask(row.Client, new(row.DispatchVirtualTime), new(row.VirtualTime), row.BaseVersion, row.Outcome.IsLoss() ? row.Outcome : null)
        {
            Parts = row.Parts,
        }), trace.Result.Outstanding);
}
