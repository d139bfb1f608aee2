using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Straggler.Cli.Display;
using Straggler.Reports.Differences;

namespace Straggler.Cli.Commands;

/// <summary><c>straggler diff</c>: where two runs first part.</summary>
internal static class DiffCommand
{
    private static readonly JsonSerializerOptions _jsonStyle = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string> left = new("run-a") { Description = "A run directory." };
        Argument<string> right = new("run-b") { Description = "Another." };
        Option<double> tolerance = NumberOption.Create("--tolerance",
            "How far numbers a and b that are not whole may lie apart: tolerance · max(1, |a|, |b|).", 0, 1, 0.0);
        Option<bool> json = new("--json") { Description = "Print JSON: for each file of the runs how they stand to each other, and where they differ." };
        Command command = new("diff", "Say where two runs first part: settings, arrivals, evaluations, clients, model. Exit code 0: the same, 1: they differ.")
        {
            left, right, tolerance, json,
        };
        command.SetAction(parsed => Compare(
            parsed.GetRequiredValue(left), parsed.GetRequiredValue(right), parsed.GetValue(tolerance), parsed.GetValue(json)));
        return command;
    }

    private static int Compare(string left, string right, double tolerance, bool json)
    {
        RunDifference difference = RunDifferences.Find(left, right, new() { Tolerance = tolerance });
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(difference, _jsonStyle));
        }
        else
        {
            DifferenceTables.Write(AnsiConsole.Console, difference);
        }

        return difference.IsSame ? ExitCodes.Success : ExitCodes.Different;
    }
}
