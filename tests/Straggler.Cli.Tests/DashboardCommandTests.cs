using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Straggler.Cli.Tests;

public sealed class DashboardCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Dashboard_WithoutItsFolder_SaysSo()
    {
        CommandResult result = await CommandLine.RunAsync(_folder.Path, "dashboard");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Equal("runs: there is no such folder; expected one with run directories in it, such as runs.\n", result.Errors);
    }

    [Fact]
    public async Task Dashboard_OnATakenPort_SaysSo()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        CommandResult result = await CommandLine.RunAsync(_folder.Path, "dashboard", ".", "--port", $"{port}");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith($"--port: 127.0.0.1:{port} cannot be had: ", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("65536")]
    [InlineData("http")]
    public async Task Dashboard_WithAWrongPort_SaysWhatIsAllowed(string port)
    {
        CommandResult result = await CommandLine.RunAsync(_folder.Path, "dashboard", ".", "--port", port);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"--port: \"{port}\" is not usable. Expected an integer from 0 to 65535.", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dashboard_PrintsItsAddress_AnswersThere_AndEndsWithCtrlC()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals");
        using Process process = CommandLine.Start(_folder.Path, "dashboard", ".", "--port", "0");
        string line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
        using HttpClient client = new();

        string list = await client.GetStringAsync(new Uri(line.Split(' ')[0] + "api/runs"), TestContext.Current.CancellationToken);
        Signals.Interrupt(process);
        string errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Contains("\"runs\":[]", list, StringComparison.Ordinal);
        Assert.Equal((0, ""), (process.ExitCode, errors));
    }
}
