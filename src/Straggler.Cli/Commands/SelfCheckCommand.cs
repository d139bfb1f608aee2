using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;
using Straggler.Cli.Display;
using Straggler.SelfCheck;

namespace Straggler.Cli.Commands;

/// <summary><c>straggler selfcheck</c>: the engine against laws that every correct one obeys.</summary>
internal static class SelfCheckCommand
{
    private static readonly JsonSerializerOptions _jsonStyle = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<ulong> seed = new("--seed")
        {
            Description = "The seed of all its runs.",
            DefaultValueFactory = _ => 42,
            CustomParser = ParseSeed,
        };
        Option<bool> json = new("--json") { Description = "Print a JSON object and nothing else." };
        Command command = new("selfcheck", "Check the engine against the laws of queues and staleness (takes seconds).") { seed, json };
        command.SetAction((parsed, cancellation) => CheckAsync(parsed.GetValue(seed), parsed.GetValue(json), cancellation));
        return command;
    }

    private static ulong ParseSeed(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed))
        {
            return seed;
        }

        result.AddError($"--seed: \"{text}\" is not usable. Expected an integer from 0 to {ulong.MaxValue}.");
        return default;
    }

    private static async Task<int> CheckAsync(ulong seed, bool json, CancellationToken cancellation)
    {
        SelfCheckReport report = await SelfCheckRun.RunAsync(seed, cancellation).ConfigureAwait(false);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(report, _jsonStyle));
        }
        else if (Console.IsOutputRedirected)
        {
            SelfCheckTable.WriteLines(Console.Out, report);
        }
        else
        {
            SelfCheckTable.Write(AnsiConsole.Console, report);
        }

        return report.Passed ? ExitCodes.Success : ExitCodes.Failure;
    }
}
