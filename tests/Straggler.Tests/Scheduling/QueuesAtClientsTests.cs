using CsCheck;
using Straggler.Configuration;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Scheduling;

/// <summary>Tasks that queue at busy clients.</summary>
public sealed class QueuesAtClientsTests
{
    private static readonly SchedulerOptions Queued = new() { Selection = BuiltIns.Selections.Choose("queued") };

    [Fact]
    public void Run_OneClientAndTwo_DoesTheirTasksOneAfterAnother()
    {
        // Client 0 is practically never drawn: all 3 tasks are at client 1, whose tasks take 1 s each. One arrives each second, held 3
        // seconds from the fourth on, and is as stale as the two that arrive before it.
        Trace run = (Base with { Clients = 3, Concurrency = 3, Rounds = 20, Scheduler = Listed(1e-12, 1, 1e-12) }).Run();

        Assert.Equal(Enumerable.Range(1, 20).Select(second => (double)second), run.Updates.Select(update => update.VirtualTime));
        Assert.All(run.Updates, update => Assert.Equal(1, update.Client));
        Assert.Equal([0, 0, 0, 1, 2, 3], run.Updates.Take(6).Select(update => update.DispatchVirtualTime));
        Assert.Equal([0, 1, 2, 2, 2, 2], run.Updates.Take(6).Select(update => update.Staleness));
    }

    [Fact]
    public void Run_AnyDelays_IsFirstComeFirstServed() => (
        from delay in Delayed.WithoutTies
        from seed in Gen.ULong
        from concurrency in Gen.Int[1, 8]
        select Base with { Clients = 8, Concurrency = concurrency, Delay = delay, Seed = seed, Rounds = 200 }).Sample(scenario =>
    {
        foreach (IGrouping<int, UpdateRecord> tasks in scenario.Run().Updates.GroupBy(update => update.Client))
        {
            double free = 0;
            foreach (UpdateRecord task in tasks)
            {
                double begun = Math.Max(free, task.DispatchVirtualTime);
                Assert.True(task.VirtualTime >= begun);
                free = task.VirtualTime;
            }

            Assert.Equal(tasks.Select(task => task.DispatchVirtualTime).Order(), tasks.Select(task => task.DispatchVirtualTime));
        }
    }, iter: 100);

    /// <summary>Laws 1 to 3 do not ask who is sent.</summary>
    [Fact]
    public void Run_AnyDelays_ConservesStaleness() => (
        from delay in Delayed.WithoutTies
        from seed in Gen.ULong
        from concurrency in Gen.Int[1, 8]
        from buffer in Gen.Int[1, concurrency]
        from flush in Gen.Bool
        select (Buffer: buffer, Flush: flush, Run: Base with
        {
            Clients = 8,
            Concurrency = concurrency,
            Delay = delay,
            Seed = seed,
            Rounds = 40 * buffer,
            Scheduler = Queued with { Redispatch = flush ? Redispatch.Flush : Redispatch.Arrival },
            Strategy = services => new FedBuff(new() { BufferSize = buffer }, services),
        })).Sample(sample =>
    {
        Trace run = sample.Run.Run();
        int perStep = sample.Run.Concurrency - (sample.Flush ? sample.Buffer : 1);
        Assert.Equal(40 * perStep, run.StalenessSum + run.Result.InFlight.VersionLag);
    }, iter: 100);

    [Fact]
    public void Run_Queued_ReportsTheProbabilityOfEachArrival()
    {
        Recorder recorder = new();
        (Base with { Clients = 3, Rounds = 50, Concurrency = 3, Scheduler = Listed(1, 2, 5), Strategy = _ => recorder }).Run();
        Assert.All(recorder.Arrivals, arrival => Assert.Equal(new[] { 0.125, 0.25, 0.625 }[arrival.Client], arrival.Probability));
    }

    [Theory]
    [InlineData("queued")]
    [InlineData("importance")]
    public void Run_ClientsThatComeAndGo_AreRefused(string selection) => Assert.Equal("scheduler.selection", Assert.Throws<InvalidOptionException>(() =>
        (Base with
        {
            Scheduler = new() { Selection = BuiltIns.Selections.Choose(selection) },
            Availability = new() { Model = BuiltIns.Availability.Choose("markov") },
        }).Run()).Path);

    [Fact]
    public void Polling_Queued_IsRefused() => Assert.Equal("scheduler.selection", Assert.Throws<InvalidOptionException>(() =>
        (Base with { Scheduler = Queued with { Policy = BuiltIns.DispatchPolicies.Choose("polling") } }).Run()).Path);

    private static Scenario Base => new()
    {
        Delay = Scenario.DelayOf("constant", new Straggler.Delays.ConstantOptions { Value = 1 }),
        Scheduler = Queued,
    };

    private static SchedulerOptions Listed(params double[] probabilities) => Queued with
    {
        Selection = Queued.Selection with { Options = new QueuedSelectionOptions { Probabilities = [.. probabilities] } },
    };

    /// <summary>Keeps what it is told of arrivals.</summary>
    private sealed class Recorder : IServerStrategy
    {
        public List<Arrival> Arrivals { get; } = [];

        public double OnArrival(in Arrival arrival, in ClientUpdate update, Straggler.Federation.ServerModel model)
        {
            Arrivals.Add(arrival);
            return 1;
        }

        public void Save(Straggler.Checkpoints.StateWriter writer)
        {
        }

        public void Load(Straggler.Checkpoints.StateReader reader)
        {
        }
    }
}
