using System.Text.Json;

namespace Straggler.Cli.Tests;

public sealed class DiffCommandTests : IDisposable
{
    private static readonly string[] _experiment = ["n_clients=20", "concurrency=5", "rounds=60", "eval.every_events=20", "recording.figures=false"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Diff_SameConfigurationTwice_ExitsWithZero()
    {
        await RunAsync("a");
        await RunAsync("b", "recording.updates=parquet", "checkpoint.every=25");

        CommandResult result = await CommandLine.RunAsync(_folder.Path, "diff", "runs/a", "runs/b");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Contains("The runs are the same", result.Output, StringComparison.Ordinal);
        Assert.Contains("changes no result", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diff_OtherStrategy_SaysWhereTheyPart()
    {
        await RunAsync("a");
        await RunAsync("b", "strategy=fedbuff", "strategy.buffer_size=3");

        CommandResult result = await CommandLine.RunAsync(_folder.Path, "diff", "runs/a", "runs/b", "--json");

        Assert.Equal((1, ""), (result.ExitCode, result.Errors));
        JsonElement difference = JsonDocument.Parse(result.Output).RootElement;
        Assert.False(difference.GetProperty("is_same").GetBoolean());
        JsonElement updates = difference.GetProperty("parts").EnumerateArray().Single(part => part.GetProperty("name").GetString() == "updates");

        // The first arrival already: FedAsync and FedBuff weigh it differently.
        JsonElement row = updates.GetProperty("row");
        Assert.Equal(1, row.GetProperty("number").GetInt64());
        Assert.Equal("weight", row.GetProperty("cells")[0].GetProperty("key").GetString());
    }

    [Fact]
    public async Task Diff_NoRunThere_ExitsWithTwo()
    {
        CommandResult result = await CommandLine.RunAsync(_folder.Path, "diff", "runs/a", "runs/b");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("runs/a: there is no such directory", result.Errors, StringComparison.Ordinal);
    }

    private async Task RunAsync(string name, params string[] more)
    {
        CommandResult result = await CommandLine.RunAsync(_folder.Path, ["timeline", "--name", name, "--quiet", .. _experiment, .. more]);
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
    }
}
