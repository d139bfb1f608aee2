using Straggler.Arrays;
using Straggler.Configuration;
using Straggler.Experiments;
using Straggler.Federation;
using Straggler.Lab.Running;
using Straggler.Reports;
using Straggler.Simulation;

namespace Straggler.Lab.Tests.Running;

/// <summary>Live runs of clients with a model of their own that keep the local models, and replays of their records.</summary>
public sealed class LocalModelReplayTests : IDisposable
{
    private static readonly string[] _live =
        ["name=live", "training=none", "n_clients=5", "concurrency=4", "rounds=40", "eval.every_events=1000", "recording.local_models=true"];

    private readonly string _folder = Directory.CreateTempSubdirectory("straggler-models-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Servable() => [.. BuiltIns.Strategies.Entries.Select(entry => entry.Name).Where(IsServable)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Servable))]
    public async Task Replay_ForeignClients_SameRowsWeightsAndModelToTheBit(string strategy)
    {
        ExperimentPlan plan = Plan($"strategy={strategy}");
        (string live, long steps) = await ServeAsync(plan);
        (string again, long stepsAgain) = await ReplayAsync(plan);

        Assert.Equal(live, again);
        Assert.Equal(steps, stepsAgain);
        Assert.Equal(Text("live"), Text("again"));
        Assert.Contains("refused_non_finite", Text("live"), StringComparison.Ordinal);
        Assert.Contains("lost_offline", Text("live"), StringComparison.Ordinal);
        Assert.NotEqual(FlatVector.Fingerprint(Initial().Model.Initial), live);
    }

    [Fact]
    public async Task Replay_WeightsByWhatWasTold_AreThoseOfTheLiveRun()
    {
        // A θ for the drop of the loss: the weights depend on what clients told with their updates.
        ExperimentPlan plan = Plan("strategy=trustweight", "strategy.theta_loss=0.5", "strategy.theta_norm=0.25", "strategy.theta_cosine=0.125");
        (string live, _) = await ServeAsync(plan);
        (string again, _) = await ReplayAsync(plan);
        Assert.Equal(live, again);
        Assert.Equal(Text("live"), Text("again"));
    }

    [Fact]
    public async Task Replay_LiveRunThatWasKilledAndResumed_SameRowsAndModel()
    {
        ExperimentPlan plan = Plan("strategy=port", "strategy.buffer_size=2", "checkpoint.every=10");
        await ServeAsync(plan with { Rounds = 17 });
        RunDirectory run = RunDirectory.Open(Path.Combine(_folder, "live"));

        // A kill after 17 arrivals: the checkpoint is that of 10, and a model beyond it is half written.
        File.Delete(run.PathOf(Path.Combine("checkpoint", "17.ckpt")));
        await File.WriteAllTextAsync(Model(12), "cut", Cancellation);
        await File.WriteAllTextAsync(Model(18) + ".tmp", "cut", Cancellation);
        await ServeAsync(plan, run, new CancellationToken(canceled: true));
        AssertKept(run, 10);
        (string live, _) = await ServeAsync(plan, run);
        (string again, _) = await ReplayAsync(plan);

        Assert.Equal(live, again);
        Assert.Equal(Text("live"), Text("again"));
        AssertKept(run, 40);
    }

    [Fact]
    public async Task Serve_ModelCannotBeWritten_EndsTheRunAndNamesIt()
    {
        ExperimentPlan plan = Plan("strategy=fedasync");
        using PreparedExperiment experiment = Live(plan);
        RunSession session = RunSession.Begin(plan, experiment, RunDirectory.Create(_folder, plan), 0, _ => { });
        Directory.CreateDirectory(Model(3));
        RunDirectoryException fault = await Assert.ThrowsAsync<RunDirectoryException>(() => RunAsync(experiment, session));
        session.Dispose();

        Assert.Contains(Model(3), fault.Message, StringComparison.Ordinal);
        Assert.Equal(2, File.ReadLines(session.Directory.PathOf("local_models.csv")).Count() - 1);
    }

    [Fact]
    public async Task Replay_AnotherStrategy_IsRefusedForItsModelsAnswerOtherVersions()
    {
        ExperimentPlan plan = Plan("strategy=fedasync");
        await ServeAsync(plan);
        InvalidOptionException fault = await Assert.ThrowsAsync<InvalidOptionException>(() => ReplayAsync(Plan("strategy=fedbuff")));
        Assert.Equal("replay.local_models", fault.Path);
        Assert.Contains("strategy.name was fedasync, is fedbuff", fault.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", "is not there")]
    [InlineData("truncated", "damaged")]
    [InlineData("other", "holds other values than were kept")]
    [InlineData("shape", "expected <f4 (3,)")]
    [InlineData("unlisted", "local_models.csv: lists no local model of arrival 7")]
    public async Task Replay_RecordThatIsNotWhole_NamesTheFile(string damage, string expected)
    {
        ExperimentPlan plan = Plan("strategy=fedasync");
        await ServeAsync(plan);
        await DamageAsync(damage);
        ReportException fault = await Assert.ThrowsAsync<ReportException>(() => ReplayAsync(plan));
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Contains(damage == "unlisted" ? "local_models.csv" : Model(7), fault.Message, StringComparison.Ordinal);
    }

    private static ExperimentPlan Plan(params string[] settings) => new Laboratory().Load([.. _live, .. settings]);

    /// <summary>A model of 64-bit floats, an integer and 32-bit floats, as its clients would send it.</summary>
    private static (WireLayout Layout, InitialModel Model) Initial() => ModelFiles.Take(
        [
            new(NpyWriter.Write(NpyType.F8, [3], [1, -2, 0.5f])),
            new(NpyWriter.Write(NpyType.I8, [], [4])),
            new(NpyWriter.Write(NpyType.F4, [2, 2], [0, 0.25f, -1, 3])),
        ], null, "the model");

    private static bool IsServable(string name)
    {
        try
        {
            ExperimentPlan plan = Plan($"strategy={name}");
            plan.Scheduler.CheckLive(plan.StrategyWithoutModel(), name);
            plan.Scheduler.Check(plan.StrategyWithoutModel(), plan.ClientCount, plan.Concurrency, tasksMayFail: true, sharesLink: false);
            return true;
        }
        catch (Exception fault) when (fault is InvalidOptionException or ExperimentConfigException)
        {
            return false;
        }
    }

    private static PreparedExperiment Live(ExperimentPlan plan)
    {
        (WireLayout layout, InitialModel initial) = Initial();
        PreparedExperiment experiment = PreparedExperiment.PrepareForeign(plan, initial);
        experiment.GoLive(new(new ForeignClients(), null, layout.ElementBytes));
        return experiment;
    }

    private async Task<(string Fingerprint, long Steps)> ServeAsync(ExperimentPlan plan, RunDirectory? resumed = null, CancellationToken? cancellation = null)
    {
        (WireLayout layout, InitialModel initial) = Initial();
        using PreparedExperiment experiment = Live(plan);
        using RunSession session = resumed is null
            ? RunSession.Begin(plan, experiment, RunDirectory.Create(_folder, plan), 0, _ => { })
            : RunSession.Resume(plan, experiment, resumed, 0, _ => { });
        await using (FileStream file = File.Create(session.Directory.PathOf(ModelFiles.Initial)))
        {
            layout.EncodeNpz(initial.Initial)(file);
        }

        return await RunAsync(experiment, session, cancellation);
    }

    private async Task<(string Fingerprint, long Steps)> ReplayAsync(ExperimentPlan plan)
    {
        string live = Path.Combine(_folder, "live");
        ExperimentPlan again = plan with
        {
            Name = "again",
            Recording = new(),
            Replay = new()
            {
                Updates = Path.Combine(live, "updates.csv"),
                InFlight = Path.Combine(live, "in_flight.csv"),
                Live = true,
                Initial = Path.Combine(live, ModelFiles.Initial),
                LocalModels = Path.Combine(live, "local_models.csv"),
            },
        };
        using PreparedExperiment experiment = PreparedExperiment.Prepare(again, 1, _ => { }, Cancellation);
        using RunSession session = RunSession.Begin(again, experiment, RunDirectory.Create(_folder, again), 0, _ => { });
        return await RunAsync(experiment, session);
    }

    /// <summary>Runs to the end, without the report, and writes down who is out.</summary>
    private static async Task<(string Fingerprint, long Steps)> RunAsync(PreparedExperiment experiment, RunSession session, CancellationToken? cancellation = null)
    {
        SimulationResult result = await session.RunAsync(new NoDisplay(), cancellation ?? Cancellation);
        await File.WriteAllLinesAsync(
            session.Directory.PathOf("in_flight.csv"),
            ["client,dispatch_virtual_time,base_version", .. result.Outstanding.Select(task => FormattableString.Invariant($"{task.Client},{task.Dispatched.Seconds:R},{task.BaseVersion}"))],
            Cancellation);
        return (FlatVector.Fingerprint(experiment.CanonicalParameters()), result.ServerSteps);
    }

    private void AssertKept(RunDirectory run, int arrivals)
    {
        Assert.Equal(arrivals, File.ReadLines(run.PathOf("local_models.csv")).Count() - 1);
        Assert.Equal(Enumerable.Range(1, arrivals).Select(Model), Directory.GetFiles(run.PathOf("local_models")).Order());
    }

    private async Task DamageAsync(string damage)
    {
        string model = Model(7);
        switch (damage)
        {
            case "missing":
                File.Delete(model);
                break;
            case "truncated":
                await File.WriteAllBytesAsync(model, (await File.ReadAllBytesAsync(model, Cancellation))[..^40], Cancellation);
                break;
            case "other":
                File.Copy(Model(8), model, overwrite: true);
                break;
            case "shape":
                await using (FileStream file = File.Create(model))
                {
                    ReadOnlyMemory<byte> two = NpyWriter.Write([2], [1, 2]);
                    NpzFile.Write(file, [("0", two), ("2", two), ("1", two)]);
                }

                break;
            default:
                string table = Path.Combine(_folder, "live", "local_models.csv");
                string[] rows = await File.ReadAllLinesAsync(table, Cancellation);
                await File.WriteAllLinesAsync(table, rows.Where(row => !row.StartsWith("7,", StringComparison.Ordinal)), Cancellation);
                break;
        }
    }

    private string Model(int arrival) => Path.Combine(_folder, "live", "local_models", $"{arrival:00000000}.npz");

    private string Text(string run) => File.ReadAllText(Path.Combine(_folder, run, "updates.csv"));
}
