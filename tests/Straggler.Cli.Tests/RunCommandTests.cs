using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Straggler.Cli.Tests;

public sealed class RunCommandTests : IDisposable
{
    /// <summary>A model that trains in a moment on a fifth of the small data set.</summary>
    private static readonly string[] _quick =
    [
        "model=logistic", "dataset.train_limit=2000", "dataset.test_limit=500", "n_clients=20", "concurrency=5", "partition.min_samples=5",
        "recording.figures=false",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_WithoutFigures_HasThePageAloneUntilAReportIsAskedFor()
    {
        await RunAsync("short", "rounds=5");
        string run = _folder.PathOf("runs", "short");
        Assert.Equal((true, false), (File.Exists(Path.Combine(run, "report.html")), Directory.Exists(Path.Combine(run, "figures"))));

        CommandResult report = await CommandLine.RunAsync(_folder.Path, "report", "runs/short");

        Assert.Equal((0, $"{Path.Combine("runs", "short", "report.html")}{Environment.NewLine}", ""), (report.ExitCode, report.Output, report.Errors));
        Assert.True(File.Exists(Path.Combine(run, "figures", "staleness.png")));
        CommandResult nothing = await CommandLine.RunAsync(_folder.Path, "report", "runs/none");
        Assert.Equal(2, nothing.ExitCode);
        Assert.Contains("none", nothing.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", nothing.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Default_LeavesEveryFileOfTheContract()
    {
        await RunAsync("files", "rounds=20", "eval.every_events=10", "logging.tensorboard=true", "recording.figures=true");

        string[] expected =
            ["config.yaml", "summary.json", "metrics.csv", "updates.csv", "clients.csv", "partition.csv", "partition.json", "model.safetensors", "report.html"];
        Assert.All(expected, name => Assert.True(File.Exists(_folder.PathOf("runs", "files", name)), name));
        Assert.NotEmpty(Directory.GetFiles(_folder.PathOf("runs", "files", "figures"), "*.png"));
        Assert.NotEmpty(Directory.GetFiles(_folder.PathOf("runs", "files", "figures"), "*.svg"));
        Assert.NotEmpty(Directory.GetFiles(_folder.PathOf("runs", "files", "tensorboard")));
        RecordedRun run = Recorded("files");
        Assert.Equal(20, run.Updates.Count);
        Assert.Equal(["0", "10", "20"], run.Text("metrics.csv").TrimEnd().Split('\n').Skip(1).Select(line => line.Split(',')[0]));
        Assert.Equal("rounds", run.Summary.GetProperty("stop_reason").GetString());
    }

    [Fact]
    public async Task Run_OneOrThreeWorkers_GivesTheSameBits()
    {
        string[] arguments = ["rounds=60", "eval.every_events=20", "model=cnn"];
        await RunAsync("one", [.. arguments, "--workers", "1"]);
        await RunAsync("three", [.. arguments, "--workers", "3"]);

        RecordedRun one = Recorded("one"), three = Recorded("three");
        Assert.Equal(Sha(one), Sha(three));
        Assert.Equal(one.Text("updates.csv"), three.Text("updates.csv"));
        Assert.Equal(one.Text("clients.csv"), three.Text("clients.csv"));
        Assert.Equal(one.WithoutLastColumn("metrics.csv"), three.WithoutLastColumn("metrics.csv"));
    }

    [Fact]
    public async Task Run_ItsOwnResolvedConfiguration_GivesTheSameBits()
    {
        await RunAsync("first", "rounds=30", "strategy=dynstale", "delay.dist=pareto", "delay.per=both");
        CommandResult again = await CommandLine.RunAsync(
            _folder.Path, "run", "--cfg", _folder.PathOf("runs", "first", "config.yaml"), "--name", "again", "--quiet");

        Assert.Equal((0, "", ""), (again.ExitCode, again.Output, again.Errors));
        Assert.Equal(Recorded("first").Text("updates.csv"), Recorded("again").Text("updates.csv"));
        Assert.Equal(Sha(Recorded("first")), Sha(Recorded("again")));
    }

    /// <summary>Law 1: Σ staleness + Σ in flight (T − version sent) = (C − 1)·T, after any arrival.</summary>
    [Theory]
    [InlineData("lognormal", 1)]
    [InlineData("exponential", 2)]
    [InlineData("constant", 3)]
    public async Task Run_FedAsync_KeepsTheConservationLaw(string delay, int seed)
    {
        await RunAsync("law1", "rounds=150", $"delay.dist={delay}", "delay.per=task", $"seed={seed}", "eval.every_events=150");

        RecordedRun run = Recorded("law1");
        long inFlight = run.Summary.GetProperty("in_flight").GetProperty("version_lag").GetInt64();
        Assert.Equal(4 * 150, run.StalenessOf(150) + inFlight);
        if (delay != "constant")
        {
            // Under these seeds everybody in flight after arrival 60 has arrived by arrival 150, else the sum over later rows would be
            // short. Equal delays make several arrivals share an instant, and the rows do not say who of them was in flight between.
            Assert.Equal(4 * 60, run.StalenessOf(60) + run.VersionLagAfter(60, 60));
        }
    }

    /// <summary>Laws 2 and 3 with K = 3, C = 5 after m = 40 steps: (C − 1)·m with a dispatch per arrival, (C − K)·m after the flush.</summary>
    [Theory]
    [InlineData("arrival", 4 * 40)]
    [InlineData("flush", 2 * 40)]
    public async Task Run_FedBuff_KeepsTheConservationLaw(string redispatch, long expected)
    {
        await RunAsync(
            "law2", "rounds=120", "strategy=fedbuff", "strategy.buffer_size=3", $"scheduler.redispatch={redispatch}", "eval.every_events=120");

        RecordedRun run = Recorded("law2");
        Assert.Equal(40, run.Summary.GetProperty("server_steps").GetInt64());
        Assert.Equal(expected, run.StalenessOf(120) + run.Summary.GetProperty("in_flight").GetProperty("version_lag").GetInt64());
    }

    [Theory]
    [InlineData("fedasync")]
    [InlineData("fedbuff")]
    [InlineData("dynstale")]
    [InlineData("fedavg")]
    public async Task Run_EveryStrategy_Learns(string strategy)
    {
        await RunAsync("learns", "rounds=200", $"strategy={strategy}", "alpha=1", "eval.every_events=100");

        JsonElement summary = Recorded("learns").Summary;
        Assert.Equal(strategy, summary.GetProperty("strategy").GetString());
        Assert.InRange(summary.GetProperty("final").GetProperty("accuracy").GetDouble(), 0.6, 1);
    }

    [Fact]
    public async Task Run_ClientsThatDiverge_AreRefusedAndCounted()
    {
        await RunAsync("nan", "rounds=20", "model.lr=1000", "model.steps=200", "model=mlp", "strategy.proximal=0");

        RecordedRun run = Recorded("nan");
        long refused = run.Summary.GetProperty("refused").GetInt64();
        Assert.InRange(refused, 1, 20);
        Assert.Equal(refused, run.Updates.Count(update => update.Outcome == "refused_non_finite"));
        Assert.Equal(20, run.Updates.Count);
    }

    [Fact]
    public async Task Run_Json_PrintsTheSummaryAndNothingElse()
    {
        CommandResult result = await CommandLine.RunAsync(_folder.Path, ["run", .. _quick, "rounds=5", "--name", "json", "--json"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(Recorded("json").Text("summary.json").TrimEnd(), result.Output.TrimEnd());
    }

    [Fact]
    public async Task Run_Wandb_SaysThatItIsNotSupported()
    {
        CommandResult result = await CommandLine.RunAsync(_folder.Path, ["run", .. _quick, "rounds=5", "--quiet", "logging.wandb=true"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("logging.wandb", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Interrupted_StillWritesItsResults()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("signals");
        }

        using Process process = CommandLine.Start(
            _folder.Path, ["run", .. _quick, "rounds=1000000", "eval.every_events=20", "--name", "stopped"]);

        // Which evaluation is told of first depends on the machine: there is one line a second at most.
        string? line;
        do
        {
            line = await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
        }
        while (line is not null && !line.StartsWith("arrivals ", StringComparison.Ordinal));

        Assert.Equal(0, Kill(process.Id, 2));
        string rest = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, process.ExitCode);
        Assert.DoesNotContain("   at ", rest, StringComparison.Ordinal);
        RecordedRun run = Recorded("stopped");
        Assert.Equal("cancelled", run.Summary.GetProperty("stop_reason").GetString());
        Assert.Equal(run.Updates.Count, run.Summary.GetProperty("arrivals").GetInt64());
        Assert.True(File.Exists(_folder.PathOf("runs", "stopped", "report.html")));
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);

    private static string Sha(RecordedRun run) => run.Summary.GetProperty("parameters_sha256").GetString()!;

    private RecordedRun Recorded(string name) => new(_folder.PathOf("runs", name));

    private async Task RunAsync(string name, params string[] arguments)
    {
        CommandResult result = await CommandLine.RunAsync(_folder.Path, ["run", .. _quick, .. arguments, "--name", name, "--quiet"]);
        Assert.Equal((0, "", ""), (result.ExitCode, result.Output, result.Errors));
    }
}
