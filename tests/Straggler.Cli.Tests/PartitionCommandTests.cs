namespace Straggler.Cli.Tests;

/// <summary>A partition that is saved and used again.</summary>
public sealed class PartitionCommandTests : IDisposable
{
    private static readonly string[] _quick = ["model=logistic", "n_clients=20", "rounds=10", "recording.figures=false"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("saved.json")]
    [InlineData("saved.csv")]
    public async Task DataPartition_SavedFile_GivesTheSameRun(string file)
    {
        CommandResult saved = await CommandLine.RunAsync(_folder.Path, ["data", "partition", .. _quick, "alpha=0.2", "--out", file]);
        Assert.Equal(0, saved.ExitCode);
        Assert.StartsWith($"{file}: 10000 of 10000 training samples over 20 clients, ", saved.Output, StringComparison.Ordinal);

        await RunAsync("dealt", "alpha=0.2");
        await RunAsync("read", "partition=file", $"partition.path={file}");

        Assert.Equal(Text("dealt", "updates.csv"), Text("read", "updates.csv"));
        Assert.Equal(Text("dealt", "clients.csv"), Text("read", "clients.csv"));
        Assert.Equal(Text("dealt", "partition.json"), Text("read", "partition.json"));
        if (file.EndsWith(".json", StringComparison.Ordinal))
        {
            Assert.Equal(Text("dealt", "partition.json"), await File.ReadAllTextAsync(_folder.PathOf(file), TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData("partition.path is missing", "partition: file", "partition.path")]
    [InlineData("no such file", "partition: {name: file, path: nowhere.json}", "nowhere.json")]
    [InlineData("data without owners", "partition: natural", "shakespeare")]
    public async Task Run_PartitionThatCannotBe_IsExplained(string why, string yaml, string expected)
    {
        await File.WriteAllTextAsync(_folder.PathOf("wrong.yaml"), yaml + "\n", TestContext.Current.CancellationToken);

        CommandResult result = await CommandLine.RunAsync(_folder.Path, "run", "--cfg", "wrong.yaml", "--quiet");

        Assert.Equal((2, why), (result.ExitCode, why));
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    private async Task RunAsync(string name, params string[] overrides)
    {
        CommandResult result = await CommandLine.RunAsync(_folder.Path, ["run", .. _quick, .. overrides, "--name", name, "--quiet"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
    }

    private string Text(string run, string file) => File.ReadAllText(_folder.PathOf("runs", run, file));
}
