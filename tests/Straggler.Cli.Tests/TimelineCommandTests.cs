namespace Straggler.Cli.Tests;

public sealed class TimelineCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Timeline_SameExperiment_IsTheTimelineOfTheRunThatTrains()
    {
        string[] experiment =
            ["model=logistic", "dataset.train_limit=2000", "n_clients=20", "concurrency=5", "partition.min_samples=5", "rounds=40", "delay.proportional=true"];
        await RunAsync("run", "trained", experiment);
        await RunAsync("timeline", "timed", experiment);

        Assert.Equal(WithoutLoss("trained"), WithoutLoss("timed"));
        Assert.False(File.Exists(_folder.PathOf("runs", "timed", "model.safetensors")));
    }

    [Fact]
    public async Task Timeline_MoreClientsThanSamples_TakesEachToHoldOneAndSaysSo()
    {
        CommandResult result = await CommandLine.RunAsync(
            _folder.Path, "timeline", "--name", "many", "n_clients=50000", "concurrency=1000", "rounds=3000", "recording.updates=parquet");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("each is taken to hold 1 (timing.samples_per_client)", result.Errors, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.PathOf("runs", "many", "updates.parquet")));
        Assert.Contains("staleness", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("accuracy", result.Output, StringComparison.Ordinal);

        // One row for each generation of 1,000 clients in flight, however many evaluations the default would make.
        string[] rows = await File.ReadAllLinesAsync(_folder.PathOf("runs", "many", "metrics.csv"), TestContext.Current.CancellationToken);
        Assert.Equal(["0", "1000", "2000", "3000"], rows.Skip(1).Select(row => row.Split(',')[0]));
    }

    [Fact]
    public async Task Timeline_SamplesGiven_AreEachClients()
    {
        await RunAsync("timeline", "given", ["n_clients=30", "rounds=10", "timing.samples_per_client=7", "timing.model_bytes=1000"]);

        string[] rows = await File.ReadAllLinesAsync(_folder.PathOf("runs", "given", "clients.csv"), TestContext.Current.CancellationToken);
        Assert.All(rows.Skip(1), row => Assert.Equal("7", row.Split(',')[1]));
        Assert.Contains("\"up\": 10000", await File.ReadAllTextAsync(
            _folder.PathOf("runs", "given", "summary.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timeline_RecordedAsParquet_IsReportedLikeCsv()
    {
        string[] experiment = ["n_clients=30", "rounds=200", "concurrency=8", "failure.dropout=0.1"];
        await RunAsync("timeline", "table", experiment);
        await RunAsync("timeline", "columns", [.. experiment, "recording.updates=parquet"]);

        foreach (string figure in (string[])["staleness.csv", "staleness-virtual-time.csv"])
        {
            Assert.Equal(
                await File.ReadAllTextAsync(_folder.PathOf("runs", "table", "figures", figure), TestContext.Current.CancellationToken),
                await File.ReadAllTextAsync(_folder.PathOf("runs", "columns", "figures", figure), TestContext.Current.CancellationToken));
        }
    }

    private async Task RunAsync(string verb, string name, string[] arguments)
    {
        CommandResult result = await CommandLine.RunAsync(_folder.Path, [verb, "--name", name, "--quiet", .. arguments]);
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
    }

    private IEnumerable<string> WithoutLoss(string name) => File.ReadLines(_folder.PathOf("runs", name, "updates.csv"))
        .Select(row => string.Join(',', row.Split(',').Where((_, column) => column != 9)));
}
