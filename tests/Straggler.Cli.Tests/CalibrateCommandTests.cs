using System.Globalization;

namespace Straggler.Cli.Tests;

public sealed class CalibrateCommandTests : IDisposable
{
    private static readonly string[] _timeline = ["n_clients=20", "concurrency=6", "timing.samples_per_client=10", "timing.model_bytes=100", "rounds=3000"];

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
    public async Task Calibrate_NoRecord_IsExplained()
    {
        await RunAsync(["timeline", "--name", "silent", "--quiet", .. _timeline, "recording.updates=off"]);
        CommandResult result = await CommandLine.RunAsync(_folder.Path, "calibrate", "runs/silent");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("there is nothing to calibrate by", result.Errors, StringComparison.Ordinal);
    }

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
