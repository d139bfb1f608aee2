using System.Diagnostics;

namespace Straggler.Cli.Tests;

/// <summary>Runs the real command in a process of its own, as a user does.</summary>
internal static class CommandLine
{
    private static readonly string _program = Path.Combine(AppContext.BaseDirectory, "Straggler.Cli.dll");

    /// <summary>Runs the command to its end.</summary>
    public static Task<CommandResult> RunAsync(string workingFolder, params string[] arguments) =>
        RunAsync(workingFolder, new Dictionary<string, string?>(), arguments);

    /// <summary>Runs the command to its end, with other environment variables; null takes one away.</summary>
    public static async Task<CommandResult> RunAsync(
        string workingFolder, IReadOnlyDictionary<string, string?> variables, params string[] arguments)
    {
        using Process process = Start(workingFolder, variables, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new(process.ExitCode, await output, await errors);
    }

    /// <summary>Starts the command.</summary>
    public static Process Start(string workingFolder, params string[] arguments) =>
        Start(workingFolder, new Dictionary<string, string?>(), arguments);

    /// <summary>Starts the command, with other environment variables; null takes one away.</summary>
    public static Process Start(string workingFolder, IReadOnlyDictionary<string, string?> variables, string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [_program, .. arguments])
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // A run of a few seconds is not long enough to win back what compiling its methods a second time takes: about a third of its processor time.
        start.Environment["DOTNET_TC_CallCountThreshold"] = "500";
        foreach ((string name, string? value) in variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}

/// <summary>What a command left behind.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
internal sealed record CommandResult(int ExitCode, string Output, string Errors);
