using Straggler.Delays;
using Straggler.Recording;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Strategies;
using Straggler.Tests.Support;
using Straggler.Training;

namespace Straggler.Tests.Simulation;

/// <summary>Records of live clients, who tell with each update on how many samples they trained, replayed in virtual time.</summary>
public class LiveRecordTests
{
    /// <summary>Strategies whose weights depend on what updates hold, which no record keeps.</summary>
    private static readonly string[] _readsUpdates = ["dynstale", "port", "asyncfeded"];

    /// <summary>Of the first who leave, one or two are lost; one of these comes again, another client comes late.</summary>
    private static readonly ScriptedClients.Coming[] _comings =
        [new(0, 0.1, Comes: false), new(1, 0.1, Comes: false), new(4, 2.5, Comes: true), new(1, 3.5, Comes: true)];

    private static readonly QuadraticProblem _problem = new() { OccurrenceMark = 0.01f, StepRate = 0.1f };

    public static TheoryData<string> Servable() =>
        [.. BuiltIns.Strategies.Entries.Select(entry => entry.Name).Where(IsServable)];

    [Theory]
    [MemberData(nameof(Servable))]
    public void RunAsync_LiveRecordAndTheSameTrainings_SameRowsAndParameters(string strategy)
    {
        (Scenario replay, Trace live) = Recorded(strategy);
        Trace replayed = (replay with { Problem = _problem }).Run();
        Assert.Equal(live.Rows, replayed.Rows);
        Assert.Equal(live.Parameters, replayed.Parameters);
        Assert.Equal(live.Result.Outstanding, replayed.Result.Outstanding);
        Assert.Equal(live.Result.Statistics.GradientSteps, replayed.Result.Statistics.GradientSteps);
        Assert.Equal(live.Clients, replayed.Clients);
        Assert.Equal(live.Result.Statistics.ParticipationGini, replayed.Result.Statistics.ParticipationGini);
        Assert.Contains(live.Rows, row => row.Outcome == UpdateOutcome.RefusedNonFinite);
    }

    [Theory]
    [MemberData(nameof(Servable))]
    public void RunAsync_LiveRecordAndNoTrainings_SameServerSteps(string strategy)
    {
        (Scenario replay, Trace live) = Recorded(strategy);
        Trace replayed = (replay with { Problem = null }).Run();
        Assert.Equal(live.Result.ServerSteps, replayed.Result.ServerSteps);
        Assert.Equal(live.Rows.Select(WithoutWhatUpdatesHold), replayed.Rows.Select(WithoutWhatUpdatesHold));
        if (_readsUpdates.Contains(strategy))
        {
            Assert.NotEqual(live.Rows.Select(row => row.Weight), replayed.Rows.Select(row => row.Weight));
        }
        else
        {
            Assert.Equal(live.Rows.Select(row => row.Weight), replayed.Rows.Select(row => row.Weight));
        }
    }

    [Fact]
    public void RunAsync_LiveRecordOfTwoClients_WeighsByWhatWasToldWithEachUpdate()
    {
        // Two clients of two: 0 tells 5 and then 20 samples, 1 tells 15 and is lost. Shares: 0 has all that is known, 5/(5 + 5); then
        // 15/(5 + 15); then 20/(20 + 15).
        RecordedTimeline record = new(
        [
            new(0, new(0), new(1), 0, null) { Samples = 5 },
            new(1, new(0), new(2), 0, null) { Samples = 15 },
            new(1, new(2), new(2.5), 1, UpdateOutcome.LostOffline) { Samples = 15 },
            new(0, new(2), new(3), 1, null) { Samples = 20 },
        ], []);
        Trace trace = new Scenario
        {
            Clients = 2,
            Concurrency = 2,
            SamplesUnknown = true,
            Recorded = record,
            Strategy = services => new FedStale(new FedStaleOptions(), beta: 0.5, services),
        }.Run();
        Assert.Equal([5, 15, 15, 20], trace.Rows.Select(row => row.Samples));
        Assert.Equal([0.5, 0.75, 0, 20.0 / 35], trace.Rows.Select(row => row.Weight));
    }

    [Fact]
    public void RunAsync_LiveRunThatWasResumed_ReplayWeighsAsItDid()
    {
        MemoryKeeper keeper = new();
        Scenario scenario = Live("fedstale");
        Trace first = (scenario with { Keeper = keeper, CheckpointEvery = 9, Rounds = 9 }).Run();
        Trace second = (scenario with { From = keeper.Last, Live = (trainer, delays) => Clients(trainer, delays, []) }).Run();
        UpdateRecord[] rows = [.. first.Rows, .. second.Rows];

        Trace replayed = (scenario with { Live = null, Recorded = new(rows.Select(Task), second.Result.Outstanding) }).Run();

        Assert.Contains(second.Losses, loss => loss.VirtualTime == first.Result.VirtualTime.Seconds);
        Assert.Equal(rows, replayed.Rows);
        Assert.Equal(second.Parameters, replayed.Parameters);
    }

    [Fact]
    public void RunAsync_ReplayOfALiveRecordResumed_SameRun()
    {
        (Scenario replay, Trace live) = Recorded("fedstale");
        MemoryKeeper keeper = new();
        (replay with { Keeper = keeper, CheckpointEvery = 20, Rounds = 25 }).Run();
        Trace rest = (replay with { Recorded = Timeline(live), From = keeper.Last }).Run();
        Assert.Equal(live.Rows[^rest.Rows.Count..], rest.Rows);
        Assert.Equal(live.Parameters, rest.Parameters);
    }

    /// <summary>A live run, and the scenario that follows its record.</summary>
    private static (Scenario Replay, Trace Live) Recorded(string strategy)
    {
        Trace live = Live(strategy).Run();
        Assert.Contains(live.Losses, loss => loss.Outcome == UpdateOutcome.LostOffline);
        Assert.Contains(live.Updates.GroupBy(update => update.Client), updates => updates.Select(update => update.Samples).Distinct().Count() > 2);
        return (Live(strategy) with { Live = null, Recorded = Timeline(live), Delay = Scenario.DelayOf("constant") }, live);
    }

    /// <summary>Clients who train on another part of their data each time, come and go; some send NaN.</summary>
    private static Scenario Live(string strategy) => new()
    {
        Clients = 6,
        Concurrency = 4,
        Rounds = 60,
        SamplesUnknown = true,
        Problem = new() { OccurrenceMark = 0.01f, StepRate = 0.1f, Poisoned = task => task is { Client: 2, Occurrence: 1 or 3 } },
        Local = new() { Steps = 3 },
        Strategy = BuiltIns.Strategies.Choose(strategy).Create().Invoke,
        Delay = Scenario.DelayOf("lognormal"),
        Live = (trainer, delays) => Clients(trainer, delays, _comings),
    };

    private static ScriptedClients Clients(IClientTrainer trainer, DelayModel delays, ScriptedClients.Coming[] comings) =>
        new(trainer, delays, comings) { Samples = task => 1 + (((task.Client * 7) + (task.Occurrence * 5)) % 13) };

    private static RecordedTimeline Timeline(Trace trace) => new(trace.Rows.Select(Task), trace.Result.Outstanding);

    private static RecordedTask Task(UpdateRecord row) =>
        new(row.Client, new(row.DispatchVirtualTime), new(row.VirtualTime), row.BaseVersion, row.Outcome.IsLoss() ? row.Outcome : null)
        {
            Samples = row.Samples,
            IsNotFinite = row.Outcome == UpdateOutcome.RefusedNonFinite,
        };

    private static UpdateRecord WithoutWhatUpdatesHold(UpdateRecord row) => row with { Weight = 0, TrainLoss = 0 };

    private static bool IsServable(string name)
    {
        try
        {
            IServerStrategy strategy = BuiltIns.Strategies.Choose(name).Create()(new(1, 1, 6, 4, Redispatch.Arrival));
            SchedulerOptions scheduler = new();
            scheduler.CheckLive(strategy, name);
            scheduler.Check(strategy, 6, 4, tasksMayFail: true, sharesLink: false);
            return true;
        }
        catch (Configuration.InvalidOptionException)
        {
            return false;
        }
    }
}
