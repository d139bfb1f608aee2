using Straggler.Cli.Commands;

namespace Straggler.Cli.Tests;

public sealed class ReplayCommandTests : IDisposable
{
    private static readonly string[] _experiment =
    [
        "model=logistic", "dataset.train_limit=2000", "n_clients=12", "concurrency=5", "partition.min_samples=5", "rounds=40", "seed=3",
        "eval.every_events=10", "delay.per=task", "failure.dropout=0.1", "recording.figures=false",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("strategy=fedbuff", "updates.csv")]
    [InlineData("strategy=fedavg", "updates.csv")]
    [InlineData("strategy=fedbuff", "updates.parquet")]
    public async Task Replay_SameStrategy_SameModelAndRecord(string strategy, string updates)
    {
        await RunAsync("run", "--name", "first", [.. _experiment, strategy, $"recording.updates={Path.GetExtension(updates)[1..]}"]);
        await RunAsync("replay", Path.Combine("runs", "first"), "--name", "again");

        Assert.Equal(Bytes("first", updates), Bytes("again", updates));
        Assert.Equal(Bytes("first", "in_flight.csv"), Bytes("again", "in_flight.csv"));
        Assert.Equal(Bytes("first", "model.safetensors"), Bytes("again", "model.safetensors"));
    }

    [Fact]
    public async Task Replay_AnotherStrategy_SameTimelineUnderItsOwnName()
    {
        await RunAsync("run", "--name", "first", [.. _experiment, "strategy=fedavg", "scheduler=rounds", "scheduler.over_selection=0.4"]);
        CommandResult result = await CommandLine.RunAsync(_folder.Path, "replay", Path.Combine("runs", "first"), "strategy=fedasync", "scheduler=auto");
        Assert.Equal("", result.ExitCode == 0 ? "" : result.Errors);

        RecordedRun first = new(_folder.PathOf("runs", "first")), other = new(_folder.PathOf("runs", "fedasync-over-first"));
        Assert.Equal(
            first.Updates.Select(row => (row.Client, row.Dispatched, row.VirtualTime)),
            other.Updates.Select(row => (row.Client, row.Dispatched, row.VirtualTime)));
        Assert.NotEqual(first.Text("model.safetensors"), other.Text("model.safetensors"));
    }

    [Fact]
    public async Task Run_WithTheConfigurationOfAReplay_IsTheReplayAgain()
    {
        await RunAsync("run", "--name", "first", _experiment);
        await RunAsync("replay", Path.Combine("runs", "first"), "--name", "one", "strategy=fedbuff");
        await RunAsync("run", "--cfg", Path.Combine("runs", "one", "config.yaml"), "--name", "two");
        Assert.Equal(Bytes("one", "updates.csv"), Bytes("two", "updates.csv"));
        Assert.Equal(Bytes("one", "model.safetensors"), Bytes("two", "model.safetensors"));
    }

    [Fact]
    public async Task Replay_LocalModelsWereKept_ArriveWithoutTrainingAndOnlyForTheSameRun()
    {
        string first = _folder.PathOf("runs", "first");
        Assert.Equal(0, await StragglerCommand.RunAsync(
            ["run", "--out", _folder.PathOf("runs"), "--name", "first", "--quiet", .. _experiment, "strategy=fedbuff", "aggregation.clip_norm=0.5", "compression=topk", "recording.local_models=true"]));
        Assert.Equal(0, await StragglerCommand.RunAsync(["replay", first, "--out", _folder.PathOf("runs"), "--name", "again", "--quiet", "eval.every_events=20", "checkpoint.every=15"]));
        RecordedRun again = new(_folder.PathOf("runs", "again"));
        Assert.Equal(0, again.Summary.GetProperty("training_seconds").GetDouble());
        Assert.Equal(Bytes("first", "updates.csv"), Bytes("again", "updates.csv"));
        Assert.Equal(Bytes("first", "model.safetensors"), Bytes("again", "model.safetensors"));

        CommandResult other = await CommandLine.RunAsync(_folder.Path, "replay", first, "--name", "other", "strategy=fedasync");
        Assert.Equal("", other.ExitCode == 0 ? "" : other.Errors);
        Assert.Contains("the replay's server sends others (strategy.name was fedbuff, is fedasync", other.Errors, StringComparison.Ordinal);
        Assert.True(new RecordedRun(_folder.PathOf("runs", "other")).Summary.GetProperty("training_seconds").GetDouble() > 0);

        string model = Path.Combine(first, "local_models", "00000020.npz");
        await File.WriteAllBytesAsync(model, (await File.ReadAllBytesAsync(model, TestContext.Current.CancellationToken))[..^100], TestContext.Current.CancellationToken);
        CommandResult damaged = await CommandLine.RunAsync(_folder.Path, "replay", first, "--name", "damaged");
        Assert.Equal(2, damaged.ExitCode);
        Assert.Contains($"{model}: The .npz file is damaged", damaged.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", damaged.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("concurrency=3", "concurrency=3: the record says")]
    [InlineData("delay.dist=pareto", "delay.dist=pareto: the record says")]
    [InlineData("strategy=generalized_asyncsgd", "known neither of a selection among those who are idle nor of a replay's record")]
    public async Task Replay_ChangesWhatIsRecordedOrNeedsWhatIsNot_IsRefused(string change, string complaint)
    {
        await RunAsync("timeline", "--name", "first", "n_clients=20", "rounds=10", "recording.figures=false");
        CommandResult result = await CommandLine.RunAsync(_folder.Path, "replay", Path.Combine("runs", "first"), change);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(complaint, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_RecordThatWasNotMadeOrIsOutOfOrder_IsRefused()
    {
        await RunAsync("timeline", "--name", "off", "n_clients=20", "rounds=10", "recording.updates=off", "recording.figures=false");
        CommandResult off = await CommandLine.RunAsync(_folder.Path, "replay", Path.Combine("runs", "off"));
        Assert.Equal(2, off.ExitCode);
        Assert.Contains("no timeline to follow", off.Errors, StringComparison.Ordinal);

        await RunAsync("timeline", "--name", "bad", "n_clients=20", "rounds=10", "recording.figures=false");
        string updates = _folder.PathOf("runs", "bad", "updates.csv");
        string[] rows = await File.ReadAllLinesAsync(updates, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(updates, [rows[0], rows[9], .. rows[1..9]], TestContext.Current.CancellationToken);
        CommandResult bad = await CommandLine.RunAsync(_folder.Path, "replay", Path.Combine("runs", "bad"));
        Assert.Equal(2, bad.ExitCode);
        Assert.Contains("updates.csv: Task 2 of the record", bad.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.PathOf("runs", "fedasync-over-bad")));
    }

    private async Task RunAsync(string verb, string first, string second, params string[] more)
    {
        CommandResult result = await CommandLine.RunAsync(_folder.Path, [verb, first, second, .. more]);
        Assert.Equal("", result.ExitCode == 0 ? "" : result.Errors);
    }

    private byte[] Bytes(string run, string file) => File.ReadAllBytes(_folder.PathOf("runs", run, file));
}
