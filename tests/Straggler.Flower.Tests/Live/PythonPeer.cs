using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Straggler.Flower.Tests.Live;

/// <summary>A Python that has Flower: the one that STRAGGLER_FLOWER_PYTHON names, else the first on the path.</summary>
internal static class PythonPeer
{
    private static readonly Lazy<Task<string?>> _version = new(VersionAsync);

    private static string Python => Environment.GetEnvironmentVariable("STRAGGLER_FLOWER_PYTHON") ?? "python3";

    /// <summary>Skips the test where there is none.</summary>
    public static async Task RequireAsync() =>
        Assert.SkipWhen(
            await _version.Value is null,
            "No Python with flwr and numpy was found. Name one in STRAGGLER_FLOWER_PYTHON to talk to the real Flower.");

    /// <summary>A port that nobody listens on; a Python server cannot say which one it was given.</summary>
    public static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts a script, whose standard input, output and error are the caller's.</summary>
    public static Process Start(string script, params string[] arguments) => Process.Start(new ProcessStartInfo(Python, ["-c", script, .. arguments])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    /// <summary>Runs a script to its end.</summary>
    /// <returns>Its exit code, its standard output, and all it said, for messages.</returns>
    public static async Task<(int Code, string Output, string All)> RunAsync(string script, params string[] arguments)
    {
        using Process process = Start(script, arguments);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, await output, await output + await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static async Task<string?> VersionAsync()
    {
        try
        {
            (int code, string output, _) = await RunAsync("import flwr, numpy, flwr.client, flwr.server; print(flwr.__version__)");
            return code == 0 ? output.Trim() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
