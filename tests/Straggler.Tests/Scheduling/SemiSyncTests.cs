using CsCheck;
using Straggler.Configuration;
using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Scheduling;

public sealed class SemiSyncTests
{
    [Fact]
    public void EndsRound_KthUpdate_EndsTheRoundByHand()
    {
        // Tasks of 1, 2 and 5 seconds, K = 2. Rounds end at 2 (clients 0, 1), 4 (0, 1), 5 (2, which left at 0, and 0), 6 (1, which left
        // at 4, and 0). Client 2 carries version 0 to version 2, and client 1 at last version 2 to version 3.
        Trace run = Three("semi_sync", new SemiSyncOptions { MinUpdates = 2 }, rounds: 8).Run();
        Assert.Equal([1.0, 2, 3, 4, 5, 5, 6, 6], run.Updates.Select(update => update.VirtualTime));
        Assert.Equal([0, 1, 0, 1, 2, 0, 1, 0], run.Updates.Select(update => update.Client));
        Assert.Equal([0L, 0, 1, 1, 2, 2, 3, 3], run.Updates.Select(update => update.Version));
        Assert.Equal([0L, 0, 0, 0, 2, 0, 1, 0], run.Updates.Select(update => update.Staleness));
    }

    [Fact]
    public void Deadline_FewerUpdates_EndsTheRoundByHand()
    {
        // K = 2, Δt = 1.5. Rounds end at 1.5 (0), 2.5 (1 at 2, 0 at 2.5), 4 (0 at 3.5), 5 (1 at 4.5, 2 at 5); 0 comes at 5 too, after it.
        Trace run = Three("semi_sync", new SemiSyncOptions { MinUpdates = 2, PeriodS = 1.5 }, rounds: 7).Run();
        Assert.Equal([1.0, 2, 2.5, 3.5, 4.5, 5, 5], run.Updates.Select(update => update.VirtualTime));
        Assert.Equal([0, 1, 0, 0, 1, 2, 0], run.Updates.Select(update => update.Client));
        Assert.Equal([0L, 1, 0, 0, 1, 3, 1], run.Updates.Select(update => update.Staleness));
    }

    [Fact]
    public void Interval_EveryTwoSeconds_ByHand()
    {
        // Rounds end at 2, 4, 6, 8, 10, 12. Client 2 leaves at 0 and 6 and comes at 5 and 11, two versions late each time.
        Trace run = Three("interval", new IntervalOptions { PeriodS = 2 }, rounds: 14).Run();
        Assert.Equal([1.0, 2, 3, 4, 5, 5, 6, 7, 8, 9, 10, 11, 11, 12], run.Updates.Select(update => update.VirtualTime));
        Assert.Equal([0L, 0, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5, 5], run.Updates.Select(update => update.Version));
        Assert.All(run.Updates, update => Assert.Equal(update.Client == 2 ? 2 : 0, update.Staleness));
    }

    [Fact]
    public void Interval_NobodyCame_MakesNoStep()
    {
        // Tasks of 1, 2 and 5 seconds, all sent at 0, rounds of half a second: client 0 comes as the second round ends.
        Trace run = Three("interval", new IntervalOptions { PeriodS = 0.5 }, rounds: 3).Run();
        Assert.Equal([1.0, 2, 2], run.Updates.Select(update => update.VirtualTime));
        Assert.Equal([0L, 1, 1], run.Updates.Select(update => update.Version));
    }

    [Fact]
    public void Wanted_AllThatAreOut_AreSynchronousRounds() => (
        from delay in Gen.OneOf(Delayed.WithoutTies, Gen.Const(Delayed.WholeSeconds))
        from ties in Gen.Enum<TieRule>()
        from concurrency in Gen.Int[1, 8]
        from seed in Gen.ULong
        select Any(concurrency, seed) with { Delay = delay, Scheduler = Scenario.SchedulerOf("rounds", ties: ties) })
        .Sample(rounds => Assert.Equal(rounds.Run().Updates, (rounds with
        {
            Scheduler = Scenario.SchedulerOf(
                "semi_sync", new SemiSyncOptions { MinUpdates = rounds.Concurrency }, rounds.Scheduler.Ties),
        }).Run().Updates), iter: 100);

    /// <summary>Law 3: each step takes K updates and makes the C − K others, which stay out, one staler.</summary>
    [Fact]
    public void Law3_AnyDelays_StalenessIsConserved() => (
        from delay in Gen.OneOf(Delayed.WithoutTies, Gen.Const(Delayed.WholeSeconds))
        from concurrency in Gen.Int[1, 8]
        from updates in Gen.Int[1, concurrency]
        from steps in Gen.Int[1, 40]
        from seed in Gen.ULong
        select (Run: Any(concurrency, seed) with
        {
            Rounds = updates * steps,
            Delay = delay,
            Scheduler = Scenario.SchedulerOf("semi_sync", new SemiSyncOptions { MinUpdates = updates }),
        }, Updates: updates, Steps: steps))
        .Sample(drawn =>
        {
            Trace run = drawn.Run.Run();
            Assert.Equal(drawn.Steps, run.Result.ServerSteps);
            Assert.Equal((drawn.Run.Concurrency - drawn.Updates) * drawn.Steps, run.StalenessSum + run.Result.InFlight.VersionLag);
        }, iter: 200);

    [Fact]
    public void Law9_ExponentialDelays_RoundLastsAsLongAsTheKthOfC()
    {
        // Without memory, the C − K who stay out are as good as sent anew: E[round] = H_8 − H_5 = 1/8 + 1/7 + 1/6 = 0.4345.
        Trace run = (Any(8, 3) with
        {
            Clients = 8,
            Rounds = 60_000,
            Delay = Scenario.DelayOf("exponential"),
            Scheduler = Scenario.SchedulerOf("semi_sync", new SemiSyncOptions { MinUpdates = 3 }),
        }).Run();

        // Standard deviation of a round √(1/64 + 1/49 + 1/36) = 0.25; of the mean of 20,000 0.0018.
        Assert.Equal((1.0 / 8) + (1.0 / 7) + (1.0 / 6), run.Result.VirtualTime.Seconds / run.Result.ServerSteps, 0.007);
    }

    [Fact]
    public void Create_MoreUpdatesThanClientsOut_SaysSo()
    {
        InvalidOptionException fault = Assert.Throws<InvalidOptionException>(
            () => Three("semi_sync", new SemiSyncOptions { MinUpdates = 4 }, 1).Run());
        Assert.Equal("scheduler.min_updates", fault.Path);
    }

    [Fact]
    public void Create_ConstantForAStrategyInRounds_SaysSo() => Assert.Equal(
        "scheduler.name", Assert.Throws<InvalidOptionException>(() => Three("constant", null, 1).Run()).Path);

    /// <summary>All of three clients, whose tasks take 1, 2 and 5 seconds.</summary>
    private static Scenario Three(string policy, object? options, long rounds) => new()
    {
        Clients = 3,
        Concurrency = 3,
        Rounds = rounds,
        Delay = Delayed.WholeSeconds,
        Samples = client => client == 2 ? 5 : client + 1,
        Scheduler = Scenario.SchedulerOf(policy, options),
        Strategy = services => new FedAvg(new(), services),
    };

    private static Scenario Any(int concurrency, ulong seed) => new()
    {
        Clients = 10,
        Concurrency = concurrency,
        Seed = seed,
        Samples = client => 1 + (client % 3),
        Strategy = services => new FedAvg(new(), services),
    };
}
