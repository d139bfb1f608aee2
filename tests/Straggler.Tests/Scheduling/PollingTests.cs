using System.Collections.Concurrent;
using CsCheck;
using Straggler.Configuration;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Scheduling;

public sealed class PollingTests
{
    [Fact]
    public void Time_EveryClientAskedEveryTime_StepsByHand()
    {
        // Tasks of 5 steps that take 1, 2 and 5 seconds, polls of all clients every 2 seconds: 5, 5 and 2 steps by each.
        ConcurrentDictionary<(int Client, int Occurrence), int> steps = new();
        Trace run = (Polled(clientCount: 3, asked: 3, period: 2, rounds: 9) with
        {
            Samples = client => client == 2 ? 5 : client + 1,
            Local = new() { Steps = 5 },
            Problem = new() { During = (task, _) => steps[(task.Client, task.Occurrence)] = task.Algorithm.Steps ?? 5 },
        }).Run();
        Assert.Equal([2.0, 2, 2, 4, 4, 4, 6, 6, 6], run.Updates.Select(update => update.VirtualTime));
        Assert.Equal([0L, 0, 0, 1, 1, 1, 2, 2, 2], run.Updates.Select(update => update.Version));
        Assert.All(run.Updates, update => Assert.Equal(0, update.Staleness));
        Assert.All(Enumerable.Range(0, 3), task => Assert.Equal((5, 5, 2), (steps[(0, task)], steps[(1, task)], steps[(2, task)])));
    }

    [Fact]
    public void Time_ClientNotAsked_GoesOnToTheEndOfItsTask()
    {
        // One of two asked at each second, tasks of 4 steps that take 4 seconds: as many steps as seconds since the client was last asked.
        ConcurrentDictionary<(int Client, int Occurrence), int> steps = new();
        Trace run = (Polled(clientCount: 2, asked: 1, period: 1, rounds: 60) with
        {
            Samples = _ => 4,
            Local = new() { Steps = 4 },
            Problem = new() { During = (task, _) => steps[(task.Client, task.Occurrence)] = task.Algorithm.Steps ?? 4 },
        }).Run();
        foreach (IGrouping<int, UpdateRecord> client in run.Updates.GroupBy(update => update.Client))
        {
            Assert.All(client.Select((update, occurrence) => (update, occurrence)), answer => Assert.Equal(
                Math.Min(4, answer.update.VirtualTime - answer.update.DispatchVirtualTime), steps[(client.Key, answer.occurrence)]));
        }

        Assert.Contains(steps.Values, made => made == 1);
        Assert.Contains(steps.Values, made => made == 4);
    }

    /// <summary>Law 3 with all n clients out: each poll takes s and makes the n − s others one staler.</summary>
    [Fact]
    public void Law3_AnyDelays_StalenessIsConserved() => (
        from clientCount in Gen.Int[1, 12]
        from asked in Gen.Int[1, clientCount]
        from polls in Gen.Int[1, 40]
        from period in Gen.Double[0.1, 3]
        from delay in Delayed.WithoutTies
        from seed in Gen.ULong
        select (Run: Polled(clientCount, asked, period, asked * polls) with { Delay = delay, Seed = seed }, Asked: asked, Polls: polls))
        .Sample(drawn =>
        {
            Trace run = drawn.Run.Run();
            Assert.Equal(drawn.Polls, run.Result.ServerSteps);
            Assert.Equal((drawn.Run.Clients - drawn.Asked) * drawn.Polls, run.StalenessSum + run.Result.InFlight.VersionLag);
            Assert.Equal(drawn.Run.Clients, run.Result.InFlight.Tasks);
            Assert.All(run.Updates.GroupBy(update => update.VirtualTime), poll =>
                Assert.Equal(drawn.Asked, poll.Select(update => update.Client).Distinct().Count()));
        }, iter: 200);

    [Fact]
    public void Time_ManyPolls_ClientsAreDrawnUniformlyAndPollsApart()
    {
        // 3 of 10 asked each time: the polls that pass a client by between two answers are geometric, P(k) = 0.3 · 0.7^k.
        Trace run = Polled(clientCount: 10, asked: 3, period: 1, rounds: 60_000).Run();
        double[] expected = [.. Enumerable.Range(0, 12).Select(k => 60_000 * (k < 11 ? 0.3 * Math.Pow(0.7, k) : Math.Pow(0.7, 11)))];
        long[] counts = new long[12];
        foreach (UpdateRecord update in run.Updates)
        {
            counts[Math.Min(update.Staleness, 11)]++;
        }

        ChiSquare.AssertFollows(counts, expected);

        // 6,000 answers of each, standard deviation √(20,000 · 0.3 · 0.7) = 65.
        Assert.All(run.Updates.CountBy(update => update.Client), client => Assert.InRange(client.Value, 6_000 - 300, 6_000 + 300));
    }

    [Fact]
    public void Create_MoreAskedThanThereAre_SaysSo() => Assert.Equal(
        "scheduler.clients_per_poll", Assert.Throws<InvalidOptionException>(() => Polled(3, 4, 1, 1).Run()).Path);

    [Fact]
    public void Create_TasksThatAreLost_SaysSo() => Assert.Equal("scheduler.name", Assert.Throws<InvalidOptionException>(
        () => (Polled(3, 2, 1, 1) with { Failure = new() { Dropout = 0.1 } }).Run()).Path);

    private static Scenario Polled(int clientCount, int asked, double period, long rounds) => new()
    {
        Clients = clientCount,
        Concurrency = 1, // Plays no part.
        Rounds = rounds,
        Delay = Delayed.WholeSeconds,
        Scheduler = Scenario.SchedulerOf("polling", new PollingOptions { ClientsPerPoll = asked, PeriodS = period }),
        Strategy = services => new FedAvg(new(), services),
    };
}
