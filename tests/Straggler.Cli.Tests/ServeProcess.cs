using System.Diagnostics;
using System.Text;

namespace Straggler.Cli.Tests;

/// <summary>A <c>straggler serve</c> that has got as far as it gets before a client comes.</summary>
internal sealed class ServeProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly Task<string> _output;
    private Task<string>? _rest;

    private ServeProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync(Cancellation);
    }

    /// <summary>Where it listens; null if it never came to that.</summary>
    public string? Address { get; private set; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts a server on a free port, and waits until it listens or has ended.</summary>
    public static Task<ServeProcess> StartAsync(string workingFolder, params string[] arguments) =>
        StartAsync(workingFolder, new Dictionary<string, string?>(), arguments);

    /// <summary>Starts a server with other environment variables.</summary>
    public static async Task<ServeProcess> StartAsync(string workingFolder, IReadOnlyDictionary<string, string?> variables, string[] arguments)
    {
        ServeProcess server = new(CommandLine.Start(workingFolder, variables, ["serve", "--port", "0", .. arguments]));
        if (await server.ReadUntilAsync("Listening on ") is { } line)
        {
            server.Address = line.Split(' ', ',')[2];
        }

        return server;
    }

    /// <summary>Reads its log up to a line that holds this text; null if it ended without one.</summary>
    public async Task<string?> ReadUntilAsync(string part)
    {
        while (await _process.StandardError.ReadLineAsync(Cancellation) is { } line)
        {
            _log.AppendLine(line);
            if (line.Contains(part, StringComparison.Ordinal))
            {
                return line;
            }
        }

        return null;
    }

    /// <summary>Reads its log from here on, line by line.</summary>
    public void Follow(Action<string> tell) => _rest = FollowAsync(tell);

    /// <summary>Ends it as a user does: with Ctrl-C.</summary>
    public void Interrupt() => Signals.Interrupt(_process);

    /// <summary>Ends it as a power failure does.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for its end.</summary>
    public async Task<CommandResult> EndAsync()
    {
        _rest ??= _process.StandardError.ReadToEndAsync(Cancellation);
        await _process.WaitForExitAsync(Cancellation);
        return new(_process.ExitCode, await _output, _log + await _rest);
    }

    /// <summary>Waits until it has ended well, with results.</summary>
    public async Task EndWellAsync()
    {
        CommandResult result = await EndAsync();
        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Contains("results", result.Output, StringComparison.Ordinal);
    }

    private async Task<string> FollowAsync(Action<string> tell)
    {
        StringBuilder rest = new();
        while (await _process.StandardError.ReadLineAsync(Cancellation) is { } line)
        {
            rest.AppendLine(line);
            tell(line);
        }

        return rest.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }
}
