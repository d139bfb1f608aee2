using System.Collections.Immutable;
using System.Globalization;
using Spectre.Console;
using Straggler.Federation;
using Straggler.Reports.Differences;

namespace Straggler.Cli.Display;

/// <summary>How two runs differ, for people: where they part, each file's verdict, and the places.</summary>
internal static class DifferenceTables
{
    private const int MostValues = 20;

    /// <summary>Writes everything.</summary>
    public static void Write(IAnsiConsole console, RunDifference runs)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(runs);
        console.MarkupLine($"[bold]{Markup.Escape(runs.Headline)}[/]");
        Table verdicts = Plain("file", "verdict");
        foreach (PartDifference part in runs.Parts)
        {
            verdicts.AddRow(Markup.Escape(part.Name), Verdict(part.Verdict));
        }

        console.Write(verdicts);
        console.MarkupLine(Markup.Escape($"A = {runs.Left}, B = {runs.Right}"));
        foreach (PartDifference part in runs.Parts)
        {
            WritePart(console, part);
        }
    }

    private static void WritePart(IAnsiConsole console, PartDifference part)
    {
        if (!part.Values.IsEmpty)
        {
            Table table = Titled(part.Name, "key", "A", "B");
            foreach (ValueDifference value in part.Values.Take(MostValues))
            {
                table.AddRow(Cell(value.Key), Cell(value.Left), Cell(value.Right) + (value.IsMaterial ? "" : " [grey](changes no result)[/]"));
            }

            console.Write(table);
            More(console, part.Values.Length);
        }

        if (part.ColumnsOnlyLeft.Length + part.ColumnsOnlyRight.Length > 0)
        {
            console.MarkupLine(Markup.Escape($"{part.Name}: columns of A only: {List(part.ColumnsOnlyLeft)}; of B only: {List(part.ColumnsOnlyRight)}"));
        }

        if (part.Row is { } row)
        {
            console.Write(Rows(part.Name, row));
        }

        if (!part.Tensors.IsEmpty)
        {
            Table table = Titled(part.Name, "tensor", "elements", "differing", "largest difference");
            foreach (TensorDifference tensor in part.Tensors.Take(MostValues))
            {
                table.AddRow(
                    Cell(tensor.Name),
                    tensor.Left == tensor.Right ? Number(tensor.Elements) : Cell($"{tensor.Left ?? "missing"} | {tensor.Right ?? "missing"}"),
                    Number(tensor.Differing),
                    tensor.MaxDifference is { } largest ? ProgressText.Number(largest) : "-");
            }

            console.Write(table);
            More(console, part.Tensors.Length);
        }
    }

    /// <summary>A line for each column, so that it fits a terminal: the rows before, then A and B.</summary>
    private static Table Rows(string name, RowDifference row)
    {
        string[] before = [.. Enumerable.Range(0, row.Before.Length).Select(place => Number(row.Number - row.Before.Length + place))];
        Table table = Titled($"{name}: the first row that differs is {Number(row.Number)}", ["row", .. before, "A", "B"]);
        for (int column = 0; column < row.Columns.Length; column++)
        {
            bool differs = row.Cells.Any(cell => cell.Key == row.Columns[column]);
            table.AddRow(
            [
                differs ? $"[bold]{Cell(row.Columns[column])} ≠[/]" : Cell(row.Columns[column]),
                .. row.Before.Select(line => $"[grey]{Cell(line[column])}[/]"),
                .. new[] { row.Left, row.Right }.Select(line => line is not { } cells ? "[grey]no row[/]"
                    : differs ? $"[bold red]{Cell(cells[column])}[/]" : Cell(cells[column])),
            ]);
        }

        return table;
    }

    private static void More(IAnsiConsole console, int count)
    {
        if (count > MostValues)
        {
            console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"... and {count - MostValues} more (--json has them all)"));
        }
    }

    private static Table Plain(params string[] columns)
    {
        Table table = new Table().Border(TableBorder.Rounded);
        foreach (string column in columns)
        {
            table.AddColumn(Markup.Escape(column));
        }

        return table;
    }

    private static Table Titled(string title, params string[] columns) => Plain(columns).Title(Markup.Escape(title));

    private static string Verdict(PartVerdict verdict) => verdict switch
    {
        PartVerdict.Same => "[green]same[/]",
        PartVerdict.Immaterial => "[green]same[/], but for settings that change no result",
        PartVerdict.Different => "[red]different[/]",
        PartVerdict.OnlyLeft => "[red]only A has it[/]",
        _ => "[red]only B has it[/]",
    };

    private static string Cell(string? text) => string.IsNullOrEmpty(text) ? "-" : Markup.Escape(text);

    private static string List(ImmutableArray<string> names) => names.IsEmpty ? "none" : string.Join(", ", names);

    private static string Number(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
