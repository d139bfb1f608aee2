using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Straggler.Reports.Comparison;

namespace Straggler.Cli.Commands;

/// <summary><c>straggler compare</c>: runs side by side, with statistics over seeds.</summary>
internal static class CompareCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string[]> runs = new("runs") { Description = "Run directories, or folders of them such as a sweep's.", Arity = ArgumentArity.OneOrMore };
        Option<string[]> by = new("--by")
        {
            Description = "What makes the methods that are compared: configuration sections or keys, such as strategy or model.lr; the server's side by default. Other differences make scenarios.",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string?> baseline = new("--baseline") { Description = "The method that the others are tested against; the best of each measure by default." };
        Option<double[]> targets = new("--target")
        {
            Description = "Accuracies to be reached, such as 0.6 0.7.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. new ComparisonOptions().Targets],
            CustomParser = result => [.. result.Tokens.Select(token => NumberOption.Parse(result, token.Value, "--target", 0, 1))],
        };
        Option<double?> time = NumberOption.Create("--at-time", "Virtual seconds at which runs are compared; as long as all went on by default.", 0, double.MaxValue);
        Option<double?> arrivals = NumberOption.Create("--at-arrivals", "Arrivals at which runs are compared; as many as all had by default.", 1, double.MaxValue);
        Option<double> level = NumberOption.Create("--level", "Level of confidence intervals.", 0.5, 0.9999, new ComparisonOptions().Level);
        Option<string?> folder = new("--out") { Description = "Write report.html, figures and the tables as CSV, Markdown and LaTeX into this folder." };
        Option<string> format = new("--format") { Description = "What is printed.", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("table", "csv", "tests", "markdown", "latex");
        Command command = new("compare", "Compare finished runs: means with confidence intervals, times to targets, paired tests by seed.")
        {
            runs, by, baseline, targets, time, arrivals, level, folder, format,
        };
        command.SetAction(parsed => Compare(
            new(parsed.GetRequiredValue(runs), new()
            {
                Factors = [.. parsed.GetValue(by) ?? []],
                Baseline = parsed.GetValue(baseline),
                Targets = [.. parsed.GetRequiredValue(targets)],
                Time = parsed.GetValue(time),
                Arrivals = parsed.GetValue(arrivals),
                Level = parsed.GetValue(level),
            }),
            parsed.GetRequiredValue(format),
            parsed.GetValue(folder)));
        return command;
    }

    private static int Compare(ComparisonWriter comparison, string format, string? folder)
    {
        foreach (string run in comparison.Unfinished)
        {
            Console.Error.WriteLine($"warning: {run} has not come to its end; what is compared at a budget ends where it does");
        }

        if (folder is not null)
        {
            Console.Error.WriteLine(comparison.Write(folder, ["straggler", .. Environment.GetCommandLineArgs()[1..]])[0]);
        }

        switch (format)
        {
            case "csv":
                Console.Write(comparison.Csv);
                break;
            case "tests":
                Console.Write(comparison.TestsCsv);
                break;
            case "markdown":
                Console.Write(comparison.Markdown);
                break;
            case "latex":
                Console.Write(comparison.Latex);
                break;
            default:
                Show(AnsiConsole.Console, comparison);
                break;
        }

        return ExitCodes.Success;
    }

    private static void Show(IAnsiConsole console, ComparisonWriter comparison)
    {
        foreach ((string title, string[] columns, string[][] rows) in comparison.Tables())
        {
            Table table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(title));
            foreach (string column in columns)
            {
                table.AddColumn(new TableColumn(Markup.Escape(column)) { NoWrap = true });
            }

            foreach (string[] row in rows)
            {
                table.AddRow([.. row.Select(Markup.Escape)]);
            }

            console.Write(table);
        }

        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{comparison.RunCount} runs. {comparison.Note} * marks the best."));
    }
}
