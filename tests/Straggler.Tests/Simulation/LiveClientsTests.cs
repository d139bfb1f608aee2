using CsCheck;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Strategies;
using Straggler.Tests.Support;

namespace Straggler.Tests.Simulation;

/// <summary>One strategy, two clocks: live clients that answer at the simulation's moments lead to the simulation's model.</summary>
public class LiveClientsTests
{
    private static readonly QuadraticProblem _problem = new() { OccurrenceMark = 0.01f };

    private static readonly (Func<StrategyServices, IServerStrategy> Strategy, SchedulerOptions Scheduler)[] _servers =
    [
        (_ => new FedAsync(new()), new()),
        (services => new FedBuff(new() { BufferSize = 3 }, services), new()),
        (services => new FedBuff(new() { BufferSize = 3, TimeoutS = 0.4 }, services), new()),
        (services => new FedBuff(new() { BufferSize = 2 }, services), new() { Redispatch = Redispatch.Flush }),
        (services => new FedAvg(new(), services), new()),
        (services => new FedBuff(new() { BufferSize = 3 }, services), Scenario.SchedulerOf("semi_sync", new SemiSyncOptions { MinUpdates = 3, PeriodS = 1 })),
        (services => new FedBuff(new() { BufferSize = 3 }, services), Scenario.SchedulerOf("interval", new IntervalOptions { PeriodS = 1 })),
    ];

    [Fact]
    public void RunAsync_LiveClientsAnswerAtTheSimulatedMoments_SameRecordsAndParameters() =>
        Gen.Select(Gen.ULong, Gen.Int[0, _servers.Length - 1], Delayed.WithoutTies, Gen.Int[1, 3]).Sample(
            (seed, server, delay, workers) =>
            {
                Scenario simulated = new()
                {
                    Seed = seed,
                    Delay = delay,
                    Problem = _problem,
                    Strategy = _servers[server].Strategy,
                    Scheduler = _servers[server].Scheduler,
                    Rounds = 60,
                    Evaluation = new() { EveryEvents = 7 },
                };
                Trace expected = simulated.Run();
                Trace live = (simulated with { Workers = workers, Live = (trainer, delays) => new ScriptedClients(trainer, delays) }).Run();
                Assert.Equal(expected.RowsWithoutParts, live.Rows);
                Assert.Equal(expected.Parameters, live.Parameters);
                Assert.Equal(expected.Evaluations.Select(evaluation => (evaluation.VirtualTime, evaluation.Accuracy)),
                    live.Evaluations.Select(evaluation => (evaluation.VirtualTime, evaluation.Accuracy)));
                Assert.Equal(StopReason.Rounds, live.Result.StopReason);
            },
            iter: 60);

    [Fact]
    public void RunAsync_ClientsComeLateAndLeave_WaitsForThemAndRecordsLostTasks()
    {
        // One second a task. Client 0 is there until 1.5, client 1 comes at 2: 0 arrives at 1, its second task is lost at 1.5, then nobody
        // is there until 2; client 1 arrives at 3 and 4.
        Trace trace = (Live(2, 1, [new(0, 1.5, Comes: false), new(1, 2, Comes: true)]) with { Rounds = 3 }).Run();
        Assert.Equal(
            [(0, 0.0, 1.0, UpdateOutcome.Applied), (0, 1.0, 1.5, UpdateOutcome.LostOffline), (1, 2.0, 3.0, UpdateOutcome.Applied), (1, 3.0, 4.0, UpdateOutcome.Applied)],
            trace.Rows.Select(row => (row.Client, row.DispatchVirtualTime, row.VirtualTime, row.Outcome)));
    }

    [Fact]
    public void RunAsync_TaskIsCalledBack_ItsClientLeavesAgainOnlyOnceItHasAnswered()
    {
        // Rounds of one answer from two clients: client 0 takes one second, client 1 two and a half. The first round ends at 1; client 1
        // is called back, but works on to 2.5, so the rounds until 2 and 3 are client 0's alone, and it is out again from 3 on.
        Trace trace = (Live(2, 1, []) with
        {
            Rounds = 5,
            Strategy = services => new FedAvg(new(), services),
            Scheduler = Scenario.SchedulerOf("rounds", new RoundsOptions { OverSelection = 1 }),
            Delay = Scenario.DelayOf("constant", new Straggler.Delays.ConstantOptions { Value = 1 }) with { Proportional = true },
            Samples = client => client == 0 ? 2 : 5,
        }).Run();
        Assert.Equal([1.0, 2, 3, 4, 5], trace.Updates.Select(update => update.VirtualTime / 2));
        Assert.All(trace.Updates, update => Assert.Equal(0, update.Client));
        Assert.Equal([0.0, 3], trace.Losses.Select(loss => loss.DispatchVirtualTime / 2));
    }

    [Fact]
    public void RunAsync_VirtualTimeBudgetWithNobodyThere_StopsAtTheBudget()
    {
        Trace trace = (Live(1, 1, [new(0, 100, Comes: true)]) with { Stop = new() { VirtualTime = 7 } }).Run();
        Assert.Equal((StopReason.VirtualTime, 7.0), (trace.Result.StopReason, trace.Result.VirtualTime.Seconds));
    }

    [Fact]
    public async Task RunAsync_CancelledWhileNobodyAnswers_EndsAsCancelled()
    {
        using CancellationTokenSource cancellation = new();
        Scenario scenario = Live(1, 1, []) with { Live = (_, _) => new SilentClients(cancellation) };
        Trace trace = await scenario.RunAsync(cancellation.Token);
        Assert.Equal(StopReason.Cancelled, trace.Result.StopReason);
    }

    [Fact]
    public void RunAsync_ResumedFromACheckpoint_LosesWhatWasOutAndGoesOnFromThatMoment()
    {
        MemoryKeeper keeper = new();
        Scenario scenario = Live(4, 2, []) with { Keeper = keeper, CheckpointEvery = 5, Rounds = 5 };
        Trace first = scenario.Run();
        ScriptedClients? clients = null;
        Trace second = (scenario with
        {
            Rounds = 9,
            CheckpointEvery = null,
            From = keeper.Last,
            Live = (trainer, delays) => clients = new(trainer, delays),
        }).Run();
        double resumed = first.Result.VirtualTime.Seconds;
        Assert.Equal(resumed, clients!.Began.Seconds);
        Assert.Equal(2, second.Losses.Count);
        Assert.All(second.Losses, loss => Assert.Equal((UpdateOutcome.LostOffline, resumed), (loss.Outcome, loss.VirtualTime)));
        Assert.Equal([6, 7, 8, 9], second.Updates.Select(update => update.Arrival));
        Assert.All(second.Updates, update => Assert.True(update.VirtualTime > resumed));
    }

    /// <summary>Client 1 was not there before the run went on, at 3 s; it is asked for at once, but no sooner than that.</summary>
    [Fact]
    public void RunAsync_ResumedWithClientsThatWereAway_TimeDoesNotGoBack()
    {
        MemoryKeeper keeper = new();
        Scenario scenario = Live(2, 2, [new(1, 50, Comes: true)]) with { Keeper = keeper, CheckpointEvery = 3, Rounds = 3 };
        scenario.Run();
        Trace second = (scenario with
        {
            Rounds = 5,
            CheckpointEvery = null,
            From = keeper.Last,
            Live = (trainer, delays) => new ScriptedClients(trainer, delays),
        }).Run();

        Assert.Equal([(1, 3.0, 4.0), (0, 3.0, 4.0)], second.Updates.Select(update => (update.Client, update.DispatchVirtualTime, update.VirtualTime)));
    }

    /// <summary>
    /// Of four clients two are there before the run is resumed, each with two arrivals and a task that is lost then; the third comes after it
    /// and arrives once, and leaves again at once: arrivals 2, 2, 1 of three, (2·1 − 4)·1 + (2·2 − 4)·2 + (2·3 − 4)·2 over 3·5. The fourth never comes.
    /// </summary>
    [Fact]
    public void RunAsync_ResumedWithEmptySeats_ParticipationIsOfThoseWhoWereSentATask()
    {
        MemoryKeeper keeper = new();
        Scenario scenario = Live(4, 2, [new(2, 100, Comes: true), new(3, 100, Comes: true)]) with { Keeper = keeper, CheckpointEvery = 4, Rounds = 4 };
        Trace first = scenario.Run();
        Trace second = (scenario with
        {
            Rounds = 5,
            CheckpointEvery = null,
            From = keeper.Last,
            Live = (trainer, delays) => new ScriptedClients(
                trainer, delays, [new(0, 100, Comes: true), new(1, 100, Comes: true), new(2, 2.5, Comes: true), new(3, 100, Comes: true)]),
        }).Run();

        Assert.Equal([2L, 2, 0, 0], first.Clients.Select(client => client.Arrivals));
        Assert.Equal(0, first.Result.Statistics.ParticipationGini);
        Assert.Equal([2L, 2, 1, 0], second.Clients.Select(client => client.Arrivals));
        Assert.Equal([3, 3, 2, 0], second.Clients.Select(client => client.Dispatches));
        Assert.Equal(2.0 / 15, second.Result.Statistics.ParticipationGini, 1e-15);
        Assert.Equal(2.0 / 15, second.Evaluations[^1].Metrics.Single(metric => metric.Key == "participation_gini").Value, 1e-15);
    }

    /// <summary>The tasks that were out when the run was resumed are told with what their clients had said before, 10 and 40 samples.</summary>
    [Fact]
    public void RunAsync_ResumedFromACheckpoint_KnowsWhatClientsSaidOfTheirSamples()
    {
        MemoryKeeper keeper = new();
        Scenario scenario = Live(2, 2, []) with
        {
            SamplesUnknown = true,
            Live = (trainer, delays) => new ScriptedClients(trainer, delays) { Samples = task => 10 + (30 * task.Client) },
            Keeper = keeper,
            CheckpointEvery = 6,
            Rounds = 6,
        };
        scenario.Run();
        Trace second = (scenario with { Rounds = 8, CheckpointEvery = null, From = keeper.Last }).Run();
        Assert.Equal([(0, 10), (1, 40)], second.Losses.Select(loss => (loss.Client, loss.Samples)).Order());
    }

    /// <summary>
    /// Clients 0 and 1 tell 10 and 40 samples, client 2 leaves with its first task, client 3 never comes. Strategies take the last two to have 25
    /// each; the record has no number of theirs.
    /// </summary>
    [Fact]
    public void RunAsync_ClientsThatNeverToldTheirSamples_HaveNoneInTheRecord()
    {
        Trace trace = (Live(4, 3, []) with
        {
            SamplesUnknown = true,
            Live = (trainer, delays) => new ScriptedClients(trainer, delays, [new(2, 1.5, Comes: false), new(3, 100, Comes: true)])
            {
                Samples = task => 10 + (30 * task.Client),
            },
            Delay = Scenario.DelayOf("constant", new Straggler.Delays.ConstantOptions { Value = 1 }) with { Proportional = true },
            Samples = client => client == 2 ? 20 : 10,
            Rounds = 6,
        }).Run();

        Assert.Equal([10, 40, null, null], trace.Clients.Select(client => client.Samples));
        Assert.All(trace.Clients, client => Assert.Null(client.TestSamples));
        Assert.Equal([(2, 0)], trace.Losses.Select(loss => (loss.Client, loss.Samples)));
    }

    [Fact]
    public void RunAsync_ClientsOfTheConfiguration_HaveTheirShareInTheRecord()
    {
        Trace trace = (Live(2, 1, [new(1, 100, Comes: true)]) with { Rounds = 2, Samples = client => 10 + (5 * client) }).Run();
        int tests = _problem.TestCount / 2;

        Assert.Equal([(10, tests), (15, tests)], trace.Clients.Select(client => (client.Samples!.Value, client.TestSamples!.Value)));
    }

    /// <summary>A model of 19 singles is sent; updates come in doubles.</summary>
    [Fact]
    public void RunAsync_UpdatesTakeOtherBytesThanTheModel_AreCountedAsTheyCame()
    {
        Trace trace = (Live(2, 2, []) with { Problem = new() { UploadBytes = 19 * 8 }, Rounds = 10 }).Run();
        Assert.Equal((12 * 19 * 4, 10 * 19 * 8), (trace.Result.Statistics.BytesDown, trace.Result.Statistics.BytesUp));
    }

    [Fact]
    public void RunAsync_TasksWouldQueueAtClients_IsRefused() =>
        Assert.Contains("tasks that queue at clients", Assert.Throws<Configuration.InvalidOptionException>(() =>
            (Live(3, 2, []) with { Scheduler = new() { Selection = BuiltIns.Selections.Choose("queued") } }).Run()).Message, StringComparison.Ordinal);

    private static Scenario Live(int clients, int concurrency, ScriptedClients.Coming[] comings) => new()
    {
        Clients = clients,
        Concurrency = concurrency,
        Problem = _problem,
        Delay = Scenario.DelayOf("constant", new Straggler.Delays.ConstantOptions { Value = 1 }),
        Live = (trainer, delays) => new ScriptedClients(trainer, delays, comings),
    };

    /// <summary>Nobody is there; listening to them makes the user lose patience.</summary>
    private sealed class SilentClients(CancellationTokenSource patience) : ILiveClients
    {
        public void Begin(VirtualTime now)
        {
        }

        public bool IsReady(int client) => false;

        public Straggler.Training.ITraining Start(in Straggler.Training.LocalTask task, Straggler.Federation.ModelVersion dispatched, VirtualTime due) =>
            throw new InvalidOperationException("Nobody is there.");

        public async ValueTask<LiveEvent?> NextAsync(VirtualTime until, CancellationToken cancellation)
        {
            await patience.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
            return null;
        }
    }
}
