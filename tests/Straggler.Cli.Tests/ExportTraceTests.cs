using System.IO.Compression;
using System.Text.Json;

namespace Straggler.Cli.Tests;

public sealed class ExportTraceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ExportTrace_ParquetRunWithLosses_IsWholeJsonInTheRunDirectory()
    {
        CommandResult run = await CommandLine.RunAsync(
            _folder.Path, "timeline", "--name", "a", "--quiet", "n_clients=20", "concurrency=5", "rounds=200", "failure.dropout=0.2", "recording.updates=parquet", "recording.figures=false");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));

        CommandResult result = await CommandLine.RunAsync(_folder.Path, "export", "trace", "runs/a");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.StartsWith("runs/a/trace.json.gz: ", result.Output, StringComparison.Ordinal);
        using GZipStream trace = new(File.OpenRead(_folder.PathOf("runs", "a", "trace.json.gz")), CompressionMode.Decompress);
        using JsonDocument json = await JsonDocument.ParseAsync(trace, cancellationToken: TestContext.Current.CancellationToken);
        string[] categories = [.. json.RootElement.GetProperty("traceEvents").EnumerateArray()
            .Where(one => one.GetProperty("ph").GetString() == "X").Select(one => one.GetProperty("cat").GetString()!)];
        Assert.Equal(200, categories.Count(category => category == "applied"));
        Assert.Contains("lost_dropout", categories);
    }

    [Fact]
    public async Task ExportTrace_EndBeforeBeginning_IsRefused()
    {
        CommandResult result = await CommandLine.RunAsync(_folder.Path, "export", "trace", "runs/a", "--from", "5", "--to", "2.5");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--to: \"2.5\" is before --from. Expected a time from 5 on.", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExportTrace_NoRangeOfClients_SaysWhatIsExpected()
    {
        CommandResult result = await CommandLine.RunAsync(_folder.Path, "export", "trace", "runs/a", "--clients", "5..2");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--clients: \"5..2\" is not usable. Expected clients and ranges of them, such as 0..19,42.", result.Errors, StringComparison.Ordinal);
    }
}
