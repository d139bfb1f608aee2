namespace Straggler.Cli.Tests;

public sealed class CompareCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Compare_UnfinishedRun_IsComparedWithAWarning()
    {
        Add("whole", "fedasync", "rounds");
        Add("cut", "fedbuff", "cancelled");

        CommandResult result = await CommandLine.RunAsync(_folder.Path, "compare", "runs", "--format", "csv");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal($"warning: {Path.Combine("runs", "cut")} has not come to its end; what is compared at a budget ends where it does{Environment.NewLine}", result.Errors);
        Assert.Contains("all,final_accuracy,fedbuff,1,1,0.5,", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_BadArguments_ExitWithTwoAndWriteNothing()
    {
        Add("a", "fedasync", "rounds");
        Add("b", "fedbuff", "rounds");
        (string[] Arguments, string Error)[] cases =
        [
            (["--by", "alpa"], "--by: the runs do not differ in \"alpa\". Allowed: strategy.name."),
            (["--baseline", "fedavg"], "--baseline: \"fedavg\" is no method of all. Allowed: fedasync, fedbuff."),
            (["--target", "1.5"], "--target: \"1.5\" is not usable."),
        ];
        foreach ((string[] arguments, string error) in cases)
        {
            CommandResult result = await CommandLine.RunAsync(_folder.Path, ["compare", "runs", "--out", "page", .. arguments]);

            Assert.Equal((2, ""), (result.ExitCode, result.Output));
            Assert.Contains(error, result.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
            Assert.False(Directory.Exists(_folder.PathOf("page")));
        }
    }

    private void Add(string name, string strategy, string reason)
    {
        string path = Directory.CreateDirectory(_folder.PathOf($"runs/{name}")).FullName;
        File.WriteAllText(Path.Combine(path, "config.yaml"), $"name: {name}\nseed: 1\nrounds: 10\nstrategy:\n  name: {strategy}\n");
        File.WriteAllText(Path.Combine(path, "summary.json"), $$"""{"stop_reason":"{{reason}}"}""");
        File.WriteAllLines(Path.Combine(path, "metrics.csv"), ["arrival,virtual_time,loss,accuracy", "0,0,1,0.1", "10,5,1,0.5"]);
    }
}
