using System.Globalization;

namespace Straggler.Cli.Tests;

public sealed class CalibrateCommandTests : IDisposable
{
    private static readonly string[] _timeline =
        ["n_clients=20", "concurrency=6", "timing.samples_per_client=10", "timing.model_bytes=100", "rounds=3000", "recording.figures=false"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Calibrate_SimulatedRun_SimulationAgainHasTheClientsMeans()
    {
        await RunAsync(
        [
            "timeline", "--name", "measured", "--quiet", .. _timeline, "delay.dist=lognormal", "delay.params=[0,1]", "delay.per=client",
            "delay.jitter.dist=gamma", "delay.jitter.params=[4,0.25]",
        ]);
        CommandResult calibrated = await RunAsync("calibrate", "runs/measured", "--out", "calibrated.yaml");
        await RunAsync("run", "--cfg", "calibrated.yaml", "--name", "again", "--quiet", "seed=77");

        double[] measured = Means("measured"), again = Means("again");
        Assert.Contains("each client has a mean of its own (delay.traces), and every task a factor (delay.jitter)", calibrated.Output, StringComparison.Ordinal);
        Assert.Contains("gamma", calibrated.Output.Split('\n')[2], StringComparison.Ordinal);
        Assert.Equal(
            ["task_seconds", .. measured.Select(mean => mean.ToString(CultureInfo.InvariantCulture)[..6])],
            (await File.ReadAllLinesAsync(_folder.PathOf("calibrated.clients.csv"), TestContext.Current.CancellationToken)).Select((line, row) => row == 0 ? line : line[..6]));

        // The factor's deviation is a half; 30 tasks of the slowest and both runs' errors: 4 · 0.5 · √(2/30).
        Assert.All(measured.Zip(again), pair => Assert.InRange(pair.Second / pair.First, 0.48, 1.52));
        Assert.Equal(measured.Average(Math.Log), again.Average(Math.Log), 0.15);
    }

    [Fact]
    public async Task Calibrate_TasksDrawAnew_OneDistribution()
    {
        await RunAsync(["timeline", "--name", "measured", "--quiet", .. _timeline, "delay.dist=shifted_exponential", "delay.params=[2,1]", "delay.per=task"]);
        CommandResult calibrated = await RunAsync("calibrate", "runs/measured");

        Assert.Contains("clients do not differ beyond chance", calibrated.Output, StringComparison.Ordinal);
        string yaml = await File.ReadAllTextAsync(_folder.PathOf("calibrated.yaml"), TestContext.Current.CancellationToken);
        Assert.Contains("dist: shifted_exponential", yaml, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.PathOf("calibrated.clients.csv")));
    }

    [Fact]
    public async Task Calibrate_ComputeAndLinks_AreToldApartAndTheNetworkGrowsWithTheModel()
    {
        await RunAsync(
        [
            "timeline", "--name", "measured", "--quiet", .. _timeline, "delay.dist=lognormal", "delay.params=[0,1]", "delay.per=client",
            "delay.bandwidth.dist=lognormal", "delay.bandwidth.params=[5,1]", "delay.bandwidth.upload_fraction=0.25",
        ]);
        CommandResult calibrated = await RunAsync("calibrate", "runs/measured", "--out", "calibrated.yaml");
        await RunAsync("run", "--cfg", "calibrated.yaml", "--name", "again", "--quiet", "seed=77");
        await RunAsync("run", "--cfg", "calibrated.yaml", "--name", "larger", "--quiet", "seed=77", "timing.model_bytes=300");

        Assert.Contains("Network, 100 bytes down and 100 up: each client has speeds of its own (delay.traces).", calibrated.Output, StringComparison.Ordinal);
        Dictionary<int, UpdateRow> measured = FirstTasks("measured"), again = FirstTasks("again"), larger = FirstTasks("larger");
        Assert.Equal(20, measured.Count);
        Assert.All(measured.Values, task => Assert.Equal(4 * task.Download, task.Upload, 1e-9 * task.Upload));
        foreach ((int client, UpdateRow task) in measured)
        {
            Assert.Equal(task.Compute, again[client].Compute, 1e-12 * task.Compute);
            Assert.Equal(task.Download, again[client].Download, 1e-12 * task.Download);
            Assert.Equal(task.Upload, again[client].Upload, 1e-12 * task.Upload);
            Assert.Equal(task.Compute, larger[client].Compute, 1e-12 * task.Compute);
            Assert.Equal(3 * task.Download, larger[client].Download, 1e-12 * 3 * task.Download);
            Assert.Equal(3 * task.Upload, larger[client].Upload, 1e-12 * 3 * task.Upload);
        }
    }

    [Fact]
    public async Task Calibrate_RecordWithoutParts_CalibratesWholeTasksAndSaysWhy()
    {
        await RunAsync(["timeline", "--name", "old", "--quiet", .. _timeline, "rounds=300", "delay.per=client", "delay.bandwidth.params=[50]"]);
        string file = _folder.PathOf("runs", "old", "updates.csv");
        string[] lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(file, lines.Select(line => string.Join(',', line.Split(',')[..11])), TestContext.Current.CancellationToken);
        CommandResult calibrated = await RunAsync("calibrate", "runs/old", "--out", "calibrated.yaml");
        await RunAsync("run", "--cfg", "calibrated.yaml", "--name", "again", "--quiet", "seed=77");

        Assert.Contains("Computing and network were not told apart: 0 of 300 tasks say how long they computed", calibrated.Output, StringComparison.Ordinal);

        // 100 bytes at 50 a second take 2 s each way, which now count as computing.
        Assert.All(FirstTasks("again").Values, task => Assert.True(task is { Compute: > 4, Download: 0, Upload: 0 }));
    }

    [Fact]
    public async Task Calibrate_NoRecord_IsExplained()
    {
        await RunAsync(["timeline", "--name", "silent", "--quiet", .. _timeline, "recording.updates=off"]);
        CommandResult result = await CommandLine.RunAsync(_folder.Path, "calibrate", "runs/silent");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("there is nothing to calibrate by", result.Errors, StringComparison.Ordinal);
    }

    /// <summary>How large a model was that live clients brought is in metrics.csv alone.</summary>
    [Theory]
    [InlineData(null, "metrics.csv: the file cannot be read")]
    [InlineData("arrival,bytes_up\n300,much\n", "metrics.csv(2,5): bytes_up: \"much\"")]
    [InlineData("arrival\n300\n", "metrics.csv(1,1): there is no column \"bytes_up\"")]
    public async Task Calibrate_MetricsMissingOrDamaged_IsExplained(string? content, string expected)
    {
        await RunAsync(
        [
            "timeline", "--name", "live", "--quiet", "n_clients=5", "concurrency=2", "rounds=60", "model=logistic", "timing.samples_per_client=10",
            "delay.per=client", "delay.bandwidth.params=[50]", "recording.figures=false",
        ]);
        string file = _folder.PathOf("runs", "live", "metrics.csv");
        File.Delete(file);
        if (content is not null)
        {
            await File.WriteAllTextAsync(file, content, TestContext.Current.CancellationToken);
        }

        CommandResult result = await CommandLine.RunAsync(_folder.Path, "calibrate", "runs/live");

        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.Equal(2, result.ExitCode);
    }

    /// <summary>Each client's first task.</summary>
    private Dictionary<int, UpdateRow> FirstTasks(string run) =>
        new RecordedRun(_folder.PathOf("runs", run)).Updates.GroupBy(update => update.Client).ToDictionary(client => client.Key, client => client.First());

    /// <summary>Each client's mean duration, from the table.</summary>
    private double[] Means(string run) =>
    [
        .. new RecordedRun(_folder.PathOf("runs", run)).Updates.GroupBy(update => update.Client).OrderBy(client => client.Key)
            .Select(client => client.Average(update => update.VirtualTime - update.Dispatched)),
    ];

    private async Task<CommandResult> RunAsync(params string[] arguments)
    {
        CommandResult result = await CommandLine.RunAsync(_folder.Path, arguments);
        Assert.Equal("", result.ExitCode == 0 ? "" : result.Errors);
        return result;
    }
}
