using System.Globalization;
using Spectre.Console;
using Straggler.SelfCheck;

namespace Straggler.Cli.Display;

/// <summary>A self-check as a table: law, claim, expected, measured, verdict, source.</summary>
internal static class SelfCheckTable
{
    private static readonly string[] _columns = ["law", "claim", "expected", "measured", "verdict", "source"];

    /// <summary>Writes the table to a terminal.</summary>
    public static void Write(IAnsiConsole console, SelfCheckReport report)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(report);
        Table table = new Table().Border(TableBorder.Rounded).ShowRowSeparators()
            .AddColumn("law, source").AddColumn("claim").AddColumn("expected").AddColumn("measured").AddColumn("verdict");
        foreach ((LawReport law, Finding finding) in Rows(report))
        {
            string[] cells = [.. Cells(law, finding).Select(Markup.Escape)];
            string title = finding == law.Findings[0] ? $"{cells[0]}\n[grey]{cells[5]}[/]" : "";
            table.AddRow(title, cells[1], cells[2], cells[3], $"[{Colour(finding.Verdict)}]{cells[4]}[/]");
        }

        console.Write(table);
        console.MarkupLine(Markup.Escape(Note(report)));
    }

    /// <summary>Writes aligned lines, for files and pipes.</summary>
    public static void WriteLines(TextWriter output, SelfCheckReport report)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(report);
        string[][] lines = [_columns, .. Rows(report).Select(row => Cells(row.Law, row.Finding))];
        int[] widths = [.. Enumerable.Range(0, _columns.Length).Select(column => lines.Max(line => line[column].Length))];
        foreach (string[] line in lines)
        {
            output.WriteLine(string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }

        output.WriteLine(Note(report));
    }

    private static IEnumerable<(LawReport Law, Finding Finding)> Rows(SelfCheckReport report) =>
        report.Laws.SelectMany(law => law.Findings.Select(finding => (law, finding)));

    private static string[] Cells(LawReport law, Finding finding) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"{law.Number} {law.Name}"), finding.Claim, finding.Expected,
        finding.Measured, Word(finding), law.Source,
    ];

    private static string Word(Finding finding) => $"{(finding.Verdict == Verdict.Holds ? "holds" : "FAILS")} ({finding.Evidence})";

    private static string Colour(Verdict verdict) => verdict == Verdict.Holds ? "green" : "red";

    private static string Note(SelfCheckReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {report.Seed}: {report.Count(Verdict.Holds)} claims hold, {report.Count(Verdict.Fails)} fail; a statistical claim fails below p = {Significance.Level}");
}
