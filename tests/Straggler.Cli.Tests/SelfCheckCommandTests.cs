using System.Text.Json;

namespace Straggler.Cli.Tests;

public sealed class SelfCheckCommandTests
{
    [Fact]
    public async Task SelfCheck_Plain_PrintsAlignedLinesAndSucceeds()
    {
        CommandResult result = await CommandLine.RunAsync(Path.GetTempPath(), "selfcheck");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        string[] lines = result.Output.TrimEnd().Split('\n');
        int verdict = lines[0].IndexOf("verdict", StringComparison.Ordinal);
        string[] rows = [.. lines.Skip(1).TakeWhile(line => char.IsAsciiDigit(line[0]))];
        Assert.Equal(Enumerable.Range(1, 12).Select(law => $"{law}"), rows.Select(row => row.Split(' ')[0]).Distinct());
        Assert.All(rows, row => Assert.Matches("^(holds|n/a) ", row[verdict..]));
        Assert.Contains("0 fail", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task SelfCheck_Json_HoldsLawsWithFindings()
    {
        CommandResult result = await CommandLine.RunAsync(Path.GetTempPath(), "selfcheck", "--seed", "7", "--json");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        JsonElement report = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal(7, report.GetProperty("seed").GetInt32());
        Assert.True(report.GetProperty("passed").GetBoolean());
        JsonElement first = report.GetProperty("laws")[0].GetProperty("findings")[0];
        Assert.Equal("holds", first.GetProperty("verdict").GetString());
        Assert.Equal(first.GetProperty("expected").GetString(), first.GetProperty("measured").GetString());
        Assert.Equal(12, report.GetProperty("laws").GetArrayLength());
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("seven")]
    [InlineData("18446744073709551616")]
    [InlineData("")]
    public async Task SelfCheck_WrongSeed_IsRefused(string seed)
    {
        CommandResult result = await CommandLine.RunAsync(Path.GetTempPath(), "selfcheck", "--seed", seed);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(
            $"--seed: \"{seed}\" is not usable. Expected an integer from 0 to 18446744073709551615.", result.Errors, StringComparison.Ordinal);
    }
}
