using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Spectre.Console;
using Straggler.Cli.Display;

namespace Straggler.Cli.Commands;

/// <summary>The <c>straggler</c> command: parses arguments, runs a subcommand, turns failures into messages and exit codes.</summary>
internal static class StragglerCommand
{
    private const int RedirectedWidth = 240;

    /// <summary>Runs the command line.</summary>
    /// <param name="arguments">The arguments after the program's name.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        ParseResult parsed = Create().Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            return Complain(parsed.Errors);
        }

        if (Console.IsOutputRedirected)
        {
            // A file or a pipe has no width; a table that is wrapped for 80 columns cuts paths in two.
            AnsiConsole.Profile.Width = RedirectedWidth;
        }

        using Interruption interruption = new();
        try
        {
            InvocationConfiguration settings = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(settings, interruption.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The outermost frame: whatever went wrong becomes a message and an exit code.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return FailureReport.Write(failure, Console.Error);
        }
    }

    // Not a RootCommand, which would take its name from the program's file.
    private static Command Create() => new("straggler", "Straggler: the laboratory for staleness in asynchronous federated learning.")
    {
        new HelpOption(),
        new VersionOption(),
        RunCommand.Create(),
        RunCommand.CreateTimeline(),
        ReplayCommand.Create(),
        SweepCommand.Create(),
        CompareCommand.Create(),
        DiffCommand.Create(),
        ReportCommand.Create(),
        CalibrateCommand.Create(),
        ExportCommand.Create(),
        DashboardCommand.Create(),
        ServeCommand.Create(),
        ClientCommand.Create(),
        ListCommand.Create(),
        DataCommand.Create(),
        BenchCommand.Create(),
        SelfCheckCommand.Create(),
    };

    private static int Complain(IReadOnlyList<ParseError> errors)
    {
        foreach (ParseError error in errors)
        {
            Console.Error.WriteLine($"command line: {error.Message}");
        }

        Console.Error.WriteLine("Try \"straggler --help\".");
        return ExitCodes.BadInput;
    }
}
