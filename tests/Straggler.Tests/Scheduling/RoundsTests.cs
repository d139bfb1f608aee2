using CsCheck;
using Straggler.Configuration;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Scheduling;

/// <summary>Rounds that do not wait for everybody, and tasks that are called back.</summary>
public sealed class RoundsTests
{
    [Fact]
    public void EndsRound_OverSelection_CallsTheRestBackByHand()
    {
        // Tasks of 1, 2 and 5 seconds; 3 leave and 2 answers end a round: at 2 and 4, each time without client 2, 2 seconds wasted.
        Trace run = Three(new() { OverSelection = 0.5 }, rounds: 4).Run();
        Assert.Equal([1.0, 2, 3, 4], run.Updates.Select(update => update.VirtualTime));
        Assert.Equal([0, 1, 0, 1], run.Updates.Select(update => update.Client));
        Assert.All(run.Updates, update => Assert.Equal(0, update.Staleness));
        Assert.Equal([(2, 0.0, 2.0), (2, 2.0, 4.0)], run.Losses.Select(task => (task.Client, task.DispatchVirtualTime, task.VirtualTime)));
        Assert.All(run.Losses, task => Assert.Equal(UpdateOutcome.LostCalledBack, task.Outcome));
        WastedSummary wasted = run.Result.Statistics.Wasted;
        Assert.Equal((2, 2, 4.0), (wasted.Tasks, wasted.CalledBack, wasted.VirtualSeconds));
    }

    [Fact]
    public void Deadline_EnoughHaveAnswered_EndsTheRoundByHand()
    {
        // All 3 leave, rounds of 2.5 seconds at most: clients 0 and 1 answer, client 2 is called back at 2.5 and 5.
        Trace run = Three(new() { DeadlineS = 2.5 }, rounds: 5, concurrency: 3).Run();
        Assert.Equal([1.0, 2, 3.5, 4.5, 6], run.Updates.Select(update => update.VirtualTime));
        Assert.Equal(2, run.Result.Statistics.Wasted.CalledBack);
    }

    [Fact]
    public void Deadline_AnswersAtItsInstant_Count()
    {
        // Rounds of 2 seconds: client 1 answers as the round ends.
        Trace run = Three(new() { DeadlineS = 2 }, rounds: 4, concurrency: 3).Run();
        Assert.Equal([1.0, 2, 3, 4], run.Updates.Select(update => update.VirtualTime));
        Assert.All(run.Updates, update => Assert.Equal(0, update.Staleness));
    }

    [Fact]
    public void Deadline_TooFewHaveAnswered_TheRoundWaitsForThem()
    {
        // At 1.5 only client 0 has answered; the second answer, at 2, ends the round.
        Trace run = Three(new() { DeadlineS = 1.5, MinUpdates = 2 }, rounds: 4, concurrency: 3).Run();
        Assert.Equal([1.0, 2, 3, 4], run.Updates.Select(update => update.VirtualTime));
        Assert.Equal([0L, 0, 1, 1], run.Updates.Select(update => update.Version));
    }

    [Fact]
    public void Law9_OverSelection_RoundLastsAsLongAsTheKthOfMore()
    {
        // The 5th of 8 exponentials: E[round] = H_8 − H_3 = 1/8 + 1/7 + 1/6 + 1/5 + 1/4. 4,000 rounds, standard deviation
        // √(1/64 + 1/49 + 1/36 + 1/25 + 1/16)/√4,000 = 0.0064.
        Trace run = new Scenario
        {
            Clients = 20,
            Concurrency = 5,
            Rounds = 20_000,
            Delay = Scenario.DelayOf("exponential"),
            Scheduler = Scenario.SchedulerOf("rounds", new RoundsOptions { OverSelection = 0.6 }),
            Strategy = services => new FedAvg(new(), services),
        }.Run();
        double expected = (1.0 / 8) + (1.0 / 7) + (1.0 / 6) + (1.0 / 5) + (1.0 / 4);
        Assert.Equal(expected, run.Result.VirtualTime.Seconds / run.Result.ServerSteps, 0.026);
        Assert.Equal(3 * 4_000, run.Result.Statistics.Wasted.CalledBack);
    }

    [Fact]
    public void Run_OverSelectionAnyDelays_EveryTaskIsAccountedFor() => (
        from delay in Gen.OneOf(Delayed.WithoutTies, Gen.Const(Delayed.WholeSeconds))
        from ties in Gen.Enum<TieRule>()
        from concurrency in Gen.Int[1, 6]
        from deadline in Gen.Bool
        from seed in Gen.ULong
        select new Scenario
        {
            Clients = 12,
            Concurrency = concurrency,
            Seed = seed,
            Delay = delay,
            Samples = client => 1 + (client % 4),
            Scheduler = Scenario.SchedulerOf("rounds", new RoundsOptions { OverSelection = 0.7, DeadlineS = deadline ? 1.5 : null }, ties),
            Strategy = services => new FedAvg(new(), services),
        })
        .Sample(scenario =>
        {
            Trace run = scenario.Run();
            Assert.All(run.Updates, update => Assert.Equal(0, update.Staleness));
            Assert.Equal(
                run.Result.Statistics.Dispatches, run.Updates.Count + run.Result.Statistics.Wasted.CalledBack + run.Result.InFlight.Tasks);
        }, iter: 100);

    [Theory]
    [InlineData(2.5, 1, "scheduler.over_selection")]
    [InlineData(0.0, 3, "scheduler.min_updates")]
    public void Create_MoreThanThereAre_SaysSo(double overSelection, int minUpdates, string path) => Assert.Equal(
        path, Assert.Throws<InvalidOptionException>(() => Three(new() { OverSelection = overSelection, MinUpdates = minUpdates }, 1).Run()).Path);

    [Fact]
    public void CallsBackAt_RingmasterStopsStaleTasks_ByHand()
    {
        // R = 2, clients of 1 and 5 seconds: client 0 steps at 1 and 2; then client 1's task, sent at 0, has staleness 2 and is sent anew
        // with version 2, and so at 4, 6, ...: it never arrives.
        Scenario scenario = new()
        {
            Clients = 2,
            Concurrency = 2,
            Rounds = 7,
            Delay = Delayed.WholeSeconds,
            Samples = client => client == 0 ? 1 : 5,
            Strategy = services => new Ringmaster(new() { DelayThreshold = 2, StopStale = true }, services),
        };
        Trace run = scenario.Run();
        Assert.All(run.Updates, update => Assert.Equal(0, update.Client));
        Assert.Equal([(1, 0.0, 2.0), (1, 2.0, 4.0), (1, 4.0, 6.0)],
            run.Losses.Select(task => (task.Client, task.DispatchVirtualTime, task.VirtualTime)));
        Assert.Equal(2, run.Result.InFlight.Tasks);
    }

    /// <summary>Tasks of 1, 2 and 5 seconds.</summary>
    private static Scenario Three(RoundsOptions options, long rounds, int concurrency = 2) => new()
    {
        Clients = 3,
        Concurrency = concurrency,
        Rounds = rounds,
        Delay = Delayed.WholeSeconds,
        Samples = client => client == 2 ? 5 : client + 1,
        Scheduler = Scenario.SchedulerOf("rounds", options),
        Strategy = services => new FedAvg(new(), services),
    };
}
