using Straggler.Reports.Tests.Tracking;

namespace Straggler.Cli.Tests;

public sealed class MlflowCommandTests : IDisposable
{
    private static readonly string[] _experiment = ["n_clients=20", "concurrency=5", "rounds=60", "eval.every_events=20", "recording.figures=false", "--quiet"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_TrackedLive_IsWhatARunWithoutIs()
    {
        using MlflowServer server = new();

        CommandResult tracked = await RunAsync("tracked", server.Address, "logging.mlflow=true");
        CommandResult plain = await RunAsync("plain", null);

        Assert.Equal((0, "", 0, ""), (tracked.ExitCode, tracked.Errors, plain.ExitCode, plain.Errors));
        FakeMlflowRun run = Assert.Single(server.State.Runs).Value;
        Assert.Equal(("tracked", "FINISHED"), (run.Name, run.Status));
        Assert.Equal([0L, 20, 40, 60], run.Of("virtual_time").Select(point => point.Step));
        Assert.Equal("60", run.Parameters["rounds"]);
        Assert.Contains(server.State.Artifacts.Keys, name => name.EndsWith("/report.html", StringComparison.Ordinal));
        CommandResult difference = await CommandLine.RunAsync(_folder.Path, "diff", "runs/tracked", "runs/plain");
        Assert.Equal(0, difference.ExitCode);
    }

    [Fact]
    public async Task Run_ServerThatIsNotThere_GoesOnAndExportSendsItLater()
    {
        using MlflowServer server = new();

        // Nothing listens on port 9, "discard".
        CommandResult run = await RunAsync("a", "http://127.0.0.1:9", "logging.mlflow.experiment=later");
        CommandResult sent = await CommandLine.RunAsync(_folder.Path, "export", "mlflow", "runs/a", "--uri", server.Address, "--experiment", "later");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("warning: MLflow at http://127.0.0.1:9/: ", run.Errors, StringComparison.Ordinal);
        Assert.Contains("straggler export mlflow runs/a", run.Errors, StringComparison.Ordinal);
        Assert.Equal((0, ""), (sent.ExitCode, sent.Errors));
        Assert.Equal(["later"], server.State.Experiments.Keys);
        Assert.Equal("FINISHED", Assert.Single(server.State.Runs).Value.Status);
    }

    [Fact]
    public async Task Run_NoServerNamed_IsRefusedBeforeAnythingIsMade()
    {
        CommandResult result = await RunAsync("a", null, "logging.mlflow=true");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("no tracking server is named", result.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.PathOf("runs", "a")));
    }

    private Task<CommandResult> RunAsync(string name, string? server, params string[] more) => CommandLine.RunAsync(
        _folder.Path, new Dictionary<string, string?> { ["MLFLOW_TRACKING_URI"] = server }, ["timeline", "--name", name, .. _experiment, .. more]);
}
