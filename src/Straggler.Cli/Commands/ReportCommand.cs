using System.CommandLine;
using Straggler.Reports;

namespace Straggler.Cli.Commands;

/// <summary><c>straggler report</c>: the reports of recorded runs, made anew.</summary>
internal static class ReportCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string[]> runs = new("RUN") { Description = "Run directories.", Arity = ArgumentArity.OneOrMore };
        Command command = new("report", "Make report.html and the figures of recorded runs anew, as after recording.figures=false or a new version.") { runs };
        command.SetAction(parsed =>
        {
            foreach (string run in parsed.GetRequiredValue(runs))
            {
                Console.WriteLine(ReportWriter.Write(run)[0]);
            }
        });
        return command;
    }
}
