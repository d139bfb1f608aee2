using Straggler.Arrays;
using Straggler.Cli.Commands;
using Straggler.Federation;

namespace Straggler.Cli.Tests;

/// <summary><c>straggler serve</c> with clients of ours.</summary>
public sealed class ServeCommandTests : IDisposable
{
    private static readonly string[] _experiment =
    [
        "model=logistic", "dataset.train_limit=600", "dataset.test_limit=200", "n_clients=3", "concurrency=2", "partition.min_samples=5", "seed=3",
        "recording.figures=false",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Serve_ClientsOfTheSameExperimentAndAModelOfAFile_ReplayGivesTheSameRunToTheBit()
    {
        WireLayout layout = WireLayout.Of(new ParameterLayout(
            [new("fc.weight", [10, 784], ParameterKind.Parameter, 0), new("fc.bias", [10], ParameterKind.Parameter, 7840)]));
        SaveModel("other.npz", layout, place => ((place % 7) - 3) / 50f);
        await ServeAsync(
            ["--name", "live", "--initial", "other.npz", "--min-clients", "3", .. _experiment, "strategy=fedbuff", "strategy.buffer_size=3", "rounds=20", "eval.every_events=5"], 3);
        CommandResult replay = await CommandLine.RunAsync(_folder.Path, "replay", "runs/live", "--name", "again", "--quiet", "checkpoint.every=10");

        RecordedRun live = new(_folder.PathOf("runs", "live")), again = new(_folder.PathOf("runs", "again"));
        Assert.Equal(("", 0), (replay.Errors, replay.ExitCode));
        Assert.Equal(20, live.Updates.Count(update => update.Outcome == "applied"));
        Assert.Equal(live.Text("updates.csv"), again.Text("updates.csv"));
        Assert.Equal(live.WithoutLastColumn("metrics.csv"), again.WithoutLastColumn("metrics.csv"));
        Assert.Equal(live.Summary.GetProperty("parameters_sha256").GetString(), again.Summary.GetProperty("parameters_sha256").GetString());
        Assert.Equal("wall", live.Summary.GetProperty("clock").GetString());
        Assert.False(again.Summary.TryGetProperty("clock", out _));
        Assert.True(File.Exists(_folder.PathOf("runs", "live", "report.html")));

        Assert.Equal(0, await StragglerCommand.RunAsync(
            ["run", "--cfg", _folder.PathOf("runs", "again", "config.yaml"), "--out", _folder.PathOf("runs"), "--name", "third", "--quiet", "rounds=15"]));
        string initial = _folder.PathOf("runs", "live", "initial.npz");
        File.Move(initial, _folder.PathOf("kept.npz"));
        SaveModel("runs/live/initial.npz", layout, place => place);
        Assert.Equal(2, await StragglerCommand.RunAsync(["run", "--resume", _folder.PathOf("runs", "third"), "--quiet", "rounds=20"]));
        File.Move(_folder.PathOf("kept.npz"), initial, overwrite: true);
        Assert.Equal(0, await StragglerCommand.RunAsync(["run", "--resume", _folder.PathOf("runs", "third"), "--quiet", "rounds=20"]));
        Assert.Equal(live.Text("updates.csv"), new RecordedRun(_folder.PathOf("runs", "third")).Text("updates.csv"));
        Assert.Equal(again.Text("model.safetensors"), File.ReadAllText(_folder.PathOf("runs", "third", "model.safetensors")));
    }

    [Fact]
    public async Task Serve_ThenCalibrate_SimulatedClientsTakeAsLongAsTheLiveOnes()
    {
        // There is room for five, and three come.
        await ServeAsync(["--name", "live", "--min-clients", "3", .. _experiment, "n_clients=5", "rounds=24"], 3);
        CommandResult calibrated = await CommandLine.RunAsync(_folder.Path, "calibrate", "runs/live", "--out", "calibrated.yaml");
        CommandResult simulated = await CommandLine.RunAsync(
            _folder.Path, "run", "--cfg", "calibrated.yaml", "--name", "again", "--quiet", "delay.jitter=null", "delay.network_jitter=null");

        Assert.Equal(("", "", 0, 0), (calibrated.Errors, simulated.Errors, calibrated.ExitCode, simulated.ExitCode));
        Assert.Contains("Network, 31400 bytes down and 31400 up: each client has a speed of its own, the same both ways", calibrated.Output, StringComparison.Ordinal);
        Assert.Contains("3 of 5 clients took part; the others are never on", calibrated.Output, StringComparison.Ordinal);
        string yaml = await File.ReadAllTextAsync(_folder.PathOf("calibrated.yaml"), TestContext.Current.CancellationToken);
        Assert.All(["task_column: task_seconds", "down_column: down_kbps", "together: true"], line => Assert.Contains(line, yaml, StringComparison.Ordinal));

        UpdateRow[] live = [.. new RecordedRun(_folder.PathOf("runs", "live")).Updates.Where(update => update.Outcome == "applied")];
        Assert.All(live, task => Assert.True(task.Compute > 0 && task.Compute < task.Duration && double.IsNaN(task.Download) && double.IsNaN(task.Upload)));
        Dictionary<int, UpdateRow[]> measured = live.GroupBy(task => task.Client).ToDictionary(client => client.Key, client => client.ToArray());

        // Fewer than 30 factors, whose mean is 1: without them every task takes its client's mean, half of the network's share each way.
        UpdateRow[] again = [.. new RecordedRun(_folder.PathOf("runs", "again")).Updates];
        Assert.Equal(measured.Keys.Order(), again.Select(task => task.Client).Distinct().Order());
        Assert.All(again, task =>
        {
            double compute = measured[task.Client].Average(each => each.Compute), network = measured[task.Client].Average(each => each.Duration - each.Compute);
            Assert.Equal(compute, task.Compute, 1e-9);
            Assert.Equal(network / 2, task.Download, 1e-9);
            Assert.Equal(network / 2, task.Upload, 1e-9);
            Assert.Equal(compute + network, task.Duration, 1e-9);
        });
    }

    [Fact]
    public async Task Serve_ModelOfTheFirstClient_ClientsEvaluateAndAResumedRunGoesOn()
    {
        string[] options = [.. _experiment, "checkpoint.every=5", "eval.every_events=5"];
        await ServeAsync(["--name", "live", "--initial", "client", .. options, "rounds=10"], 3);
        RecordedRun first = new(_folder.PathOf("runs", "live"));
        string summary = first.Text("summary.json");
        CommandResult finished = await CommandLine.RunAsync(_folder.Path, "serve", "--resume", "runs/live", "--json");
        await ServeAsync(["--resume", "runs/live", "rounds=20"], 3);
        RecordedRun second = new(_folder.PathOf("runs", "live"));

        Assert.Contains("is finished, after 10 arrivals", finished.Errors, StringComparison.Ordinal);
        Assert.Equal(summary.TrimEnd(), finished.Output.TrimEnd());
        Assert.InRange(first.Summary.GetProperty("final").GetProperty("accuracy").GetDouble(), 0.2, 1);
        Assert.True(File.Exists(_folder.PathOf("runs", "live", "model.safetensors")));
        string[] rows = first.Text("updates.csv").Split('\n');
        Assert.Equal(rows, second.Text("updates.csv").Split('\n').Take(rows.Length - 1).Append(""));
        UpdateRow[] lost = [.. second.Updates.Where(update => update.Outcome == "lost_offline")];
        Assert.NotEmpty(lost);
        Assert.All(lost, update => Assert.Equal(first.Updates[^1].VirtualTime, update.VirtualTime));
        Assert.Equal(20, second.Updates[^1].Arrival);
    }

    [Theory]
    [InlineData("delay.params=[0,1]", "delay is the clients' business")]
    [InlineData("failure.dropout=0.1", "failure is the clients' business")]
    [InlineData("strategy=scaffold", "scaffold sends its clients vectors")]
    [InlineData("strategy=quafl", "quafl sends its clients vectors")]
    [InlineData("strategy=fedat", "tiers, which fedat is meant for, has to know how long clients take")]
    [InlineData("scheduler=polling", "polling has to know how long clients take")]
    [InlineData("scheduler.selection=oort", "oort has to know how long clients take")]
    [InlineData("scheduler.selection=queued", "queued queues tasks at clients")]
    [InlineData("--bind nowhere", "--bind: \"nowhere\" is not usable")]
    [InlineData("--certificate cert.pem", "a certificate and its private key belong together")]
    [InlineData("--evaluation-timeout 0", "--evaluation-timeout: \"0\"")]
    [InlineData("--min-clients 101", "--min-clients: so many as 101 are never there at once, with n_clients=100. Expected at most 100")]
    [InlineData("--initial nowhere.npz", "nowhere.npz")]
    [InlineData("--initial model.safetensors training=none", "does not say in which order its tensors travel")]
    public async Task Serve_WhatLiveClientsCannotHave_IsExplained(string arguments, string expected)
    {
        CommandResult result = await CommandLine.RunAsync(_folder.Path, ["serve", "--port", "0", "model=logistic", .. arguments.Split(' ')]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    private void SaveModel(string file, WireLayout layout, Func<int, float> value)
    {
        using FileStream stream = File.Create(_folder.PathOf(file));
        layout.EncodeNpz([.. Enumerable.Range(0, layout.Parameters.Length).Select(value)])(stream);
    }

    /// <summary>Serves to the end, in a process of its own, with so many clients of the experiment: the whole command, in this process.</summary>
    /// <remarks>A process for each client would be as many starts of the runtime and of libtorch; that one works is ClientCommandTests' business.</remarks>
    private async Task ServeAsync(string[] arguments, int clients)
    {
        await using ServeProcess server = await ServeProcess.StartAsync(_folder.Path, arguments);
        Task<int>[] members = server.Address is not { } address ? [] : [.. Enumerable.Range(0, clients).Select(client => Task.Run(() =>
            StragglerCommand.RunAsync(["client", "--server", address, "--quiet", "--client", $"{client}", .. _experiment])))];
        await server.EndWellAsync();
        Assert.All(await Task.WhenAll(members), exitCode => Assert.Equal(0, exitCode));
    }
}
