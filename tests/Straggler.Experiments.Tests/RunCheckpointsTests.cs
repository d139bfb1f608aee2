using Straggler.Checkpoints;
using static Straggler.Experiments.Tests.TestCatalogs;

namespace Straggler.Experiments.Tests;

public sealed class RunCheckpointsTests : IDisposable
{
    private static readonly RunIdentity _identity = RunIdentity.Of(Parse("name: run\nseed: 1"), "data");
    private readonly string _folder = Directory.CreateTempSubdirectory("straggler-checkpoints-").FullName;
    private readonly List<string> _warnings = [];
    private readonly RunDirectory _run;

    public RunCheckpointsTests() => _run = RunDirectory.Create(_folder, Parse("name: run\nseed: 1"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Keep_ThreeTimes_LeavesTheLastTwoAndNothingElse()
    {
        Keep(20, 40, 100);

        Assert.Equal(["100.ckpt", "40.ckpt"], Directory.GetFiles(_run.PathOf("checkpoint")).Select(Path.GetFileName).Order());
        Assert.Equal(100, Load());
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Find_NewestDamaged_FallsBackWithAWarningAndDropsIt()
    {
        Keep(20, 40);
        Damage("40.ckpt");

        Assert.Equal(20, Load());
        Assert.Contains("40.ckpt\" is damaged or cut short", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.False(File.Exists(_run.PathOf("checkpoint/40.ckpt")));
    }

    [Fact]
    public void Find_AllDamaged_SaysSoAndTouchesNothing()
    {
        Keep(20, 40);
        Damage("20.ckpt");
        Damage("40.ckpt");

        Assert.Contains("No checkpoint in", Assert.Throws<CheckpointException>(() => Load()).Message, StringComparison.Ordinal);
        Assert.Equal(2, _warnings.Count);
        Assert.Equal(2, Directory.GetFiles(_run.PathOf("checkpoint")).Length);
    }

    [Fact]
    public void Find_OnlyAHalfWrittenOne_IsNone()
    {
        Directory.CreateDirectory(_run.PathOf("checkpoint"));
        File.WriteAllText(_run.PathOf("checkpoint/20.ckpt.tmp"), "half");

        Assert.Null(Load());
        Assert.Empty(Directory.GetFiles(_run.PathOf("checkpoint")));
    }

    [Fact]
    public void Load_AnotherProgramConfigurationOrData_IsRefusedWithTheReason()
    {
        Keep(20);

        AssertRefused(_identity with { Program = "9.9.9" }, $"was written by Straggler {_identity.Program}; this is Straggler 9.9.9");
        AssertRefused(_identity with { Data = "other" }, "belongs to other data");
        AssertRefused(_identity with { Data = RunIdentity.LiveData + _identity.Data }, "is a simulation's, which straggler run --resume goes on with");
        AssertRefused(RunIdentity.Of(Parse("seed: 2\nmodel: {lr: 0.5}"), "data"), "belongs to another configuration: seed was 1, is 2; model.lr was ");
    }

    [Fact]
    public void Identity_OfLargerBudgetsOrAnotherName_IsTheSame() => Assert.Equal(_identity, RunIdentity.Of(
        Parse("name: other\nseed: 1\nrounds: 7\nstop: {virtual_time: 3, server_steps: 4}\neval: {target_acc: 0.9}\ncheckpoint: {every: 5}"), "data"));

    [Theory]
    [InlineData("rounds: 100", "rounds=100", null)]
    [InlineData("rounds: 100", "rounds=101", null)]
    [InlineData("rounds: 100", "rounds=99", "rounds: 99 is less than the run's 100")]
    [InlineData("stop: {virtual_time: 5}", "stop.virtual_time=null", null)]
    [InlineData("stop: {virtual_time: 5}", "stop.virtual_time=5.5", null)]
    [InlineData("stop: {virtual_time: null}", "stop.virtual_time=5", "stop.virtual_time: 5 is less than the run's null (no limit)")]
    [InlineData("stop: {server_steps: 5}", "stop.server_steps=4", "stop.server_steps: 4")]
    [InlineData("eval: {target_acc: 0.5}", "eval.target_acc=0.6", null)]
    [InlineData("eval: {target_acc: 0.5}", "eval.every_events=7", "eval.every_events was 50, is 7")]
    [InlineData("checkpoint: {every: 5}", "checkpoint.every=9", null)]
    [InlineData("seed: 1", "name=other", "name was null, is other")]
    [InlineData("seed: 1", "recording.updates=off", "recording.updates was csv, is off")]
    [InlineData("strategy: fedbuff", "strategy=fedasync", "strategy.name was fedbuff, is fedasync")]
    [InlineData(
        "delay: {dist: mixture, components: [{weight: 2, dist: gamma}, {weight: 1, dist: zipf}]}",
        "delay.components=[{weight: 3, dist: gamma}, {weight: 1, dist: zipf}]",
        "delay.components[0].weight was 2.0, is 3.0. Only rounds")]
    public void ResumedPlan_Override_IsTakenOrRefused(string yaml, string change, string? refusal)
    {
        RunDirectory run = RunDirectory.Create(Path.Combine(_folder, "plans"), Parse(yaml));
        if (refusal is null)
        {
            Assert.Equal(PlanWriter.ToYaml(Parse(yaml, change)), PlanWriter.ToYaml(ResumedPlan.Load(Loader, run, [change])));
        }
        else
        {
            Assert.Contains(refusal, Assert.Throws<CheckpointException>(() => ResumedPlan.Load(Loader, run, [change])).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Recorder_Loaded_CutsItsTablesToTheCheckpoint()
    {
        RecordAndResume(after: recorder => recorder.OnUpdate(new(2, 2, 0, 0, 0, 0, 1, 1, 1, Recording.UpdateOutcome.Applied)));

        Assert.Equal(3, File.ReadAllLines(_run.PathOf("updates.csv")).Length);
        Assert.StartsWith("3,", File.ReadAllLines(_run.PathOf("updates.csv"))[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Recorder_ShorterThanTheCheckpoint_IsRefused()
    {
        CheckpointException refusal = Assert.Throws<CheckpointException>(() => RecordAndResume(
            after: _ => { }, between: () => File.WriteAllText(_run.PathOf("updates.csv"), "arrival\n")));

        Assert.Contains("updates.csv\", which has 8", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>One update before the checkpoint, something after it, then a third update by the process that goes on.</summary>
    private void RecordAndResume(Action<RunRecorder> after, Action? between = null)
    {
        ExperimentPlan plan = Parse("seed: 1");
        using (RunRecorder recorder = new(_run, plan, TimeProvider.System))
        using (RunCheckpoints checkpoints = new(_run, _identity))
        {
            checkpoints.Include("recorder", recorder);
            recorder.OnUpdate(new(1, 1, 0, 0, 0, 0, 1, 1, 1, Recording.UpdateOutcome.Applied));
            checkpoints.Keep(new Number { Value = 1 }, 1);
            after(recorder);
        }

        between?.Invoke();
        using RunRecorder resumed = new(_run, plan, TimeProvider.System, continued: true);
        using RunCheckpoints found = new(_run, _identity);
        found.Include("recorder", resumed);
        Assert.True(found.Find(_warnings.Add));
        found.Load(new Number());
        resumed.OnUpdate(new(3, 3, 0, 0, 0, 0, 1, 1, 1, Recording.UpdateOutcome.Applied));
    }

    private void Keep(params long[] arrivals)
    {
        using RunCheckpoints checkpoints = new(_run, _identity);
        foreach (long count in arrivals)
        {
            checkpoints.Keep(new Number { Value = count }, count);
        }
    }

    private long? Load(RunIdentity? identity = null)
    {
        using RunCheckpoints checkpoints = new(_run, identity ?? _identity);
        Number number = new();
        if (!checkpoints.Find(_warnings.Add))
        {
            return null;
        }

        checkpoints.Load(number);
        return number.Value;
    }

    private void Damage(string name)
    {
        string path = _run.PathOf("checkpoint/" + name);
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..^1]);
    }

    private void AssertRefused(RunIdentity identity, string reason) => Assert.Contains(
        "20.ckpt\" " + reason, Assert.Throws<CheckpointException>(() => Load(identity)).Message, StringComparison.Ordinal);

    /// <summary>The smallest run there is.</summary>
    private sealed class Number : IStateful
    {
        public long Value { get; set; }

        public void Save(StateWriter writer) => writer.Write(Value);

        public void Load(StateReader reader) => Value = reader.ReadInt64();
    }
}
