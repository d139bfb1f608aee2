using System.Collections.Immutable;
using Straggler.Inference;
using Straggler.Reports.Charts;
using Straggler.Reports.Figures;

namespace Straggler.Reports.Comparison;

/// <summary>A table of two varied settings in shades: the mean over seeds of a number of each run, and how many runs it is of.</summary>
internal static class HeatMapFigure
{
    private const double Palest = 0.1;
    private const double Strongest = 0.95;

    /// <summary>From this strength on text stands in the colour of the page.</summary>
    private const double Strong = 0.75;

    /// <summary>Draws a grid.</summary>
    /// <param name="title">Says what is shown.</param>
    /// <param name="grid">The runs by two settings.</param>
    /// <param name="caption">What the numbers are.</param>
    /// <param name="of">What a cell says of its runs: its value, and in words; a NaN for nothing.</param>
    /// <param name="higherIsBetter">Whether high values are strong in colour; else low ones.</param>
    public static FigureContent Draw(string title, RunGrid grid, string caption, Func<IReadOnlyList<ComparedRun>, (double Value, string Text)> of, bool higherIsBetter)
    {
        Cell[] cells =
        [
            .. from column in Enumerable.Range(0, grid.Columns.Length)
               from row in Enumerable.Range(0, grid.Rows.Length)
               let runs = grid.At(row, column)
               where runs.Count > 0
               let content = of(runs)
               where double.IsFinite(content.Value)
               select new Cell(column, BoxRows.Height(row, grid.Rows.Length), content.Value, content.Text, runs.Count, row),
        ];
        bool even = cells.Select(cell => cell.Runs).Distinct().Count() <= 1;
        if (cells.Length == 0)
        {
            return FigureContent.Missing(RowsFigure.NotMeasured);
        }

        (double least, double most) = (cells.Min(cell => cell.Value), cells.Max(cell => cell.Value));
        double Strength(Cell cell)
        {
            double place = most > least ? (cell.Value - least) / (most - least) : 0.5;
            return Palest + ((Strongest - Palest) * (higherIsBetter ? place : 1 - place));
        }

        Chart chart = new(
            title,
            new(grid.ColumnLabel, new CategoryScale(grid.Columns)),
            BoxRows.Axis(grid.RowLabel, grid.Rows),
            [
                .. cells.Select(cell => new BarMark(null, Ink.Blue, [new(cell.X, 0.96, cell.Y - 0.48, cell.Y + 0.48)], Strength(cell)) { Tips = [Tip(grid, cell)] }),
                .. ((bool[])[false, true]).Select(strong => new TextMark(
                    [.. cells.Where(cell => Strength(cell) >= Strong == strong).Select(cell => new PlacedText(cell.X, cell.Y, even ? cell.Text : FormattableString.Invariant($"{cell.Text} ({cell.Runs})")))], strong)),
            ])
        {
            Stretch = Math.Max(1, ((grid.Rows.Length * 34.0) + 70) / 300),
            Broad = grid.Columns.Length > 7,
        };
        DataTable data = new(
            [grid.RowLabel, .. grid.Columns],
            [.. Enumerable.Range(0, grid.Rows.Length).Select<int, ImmutableArray<double>>(row =>
                [.. Enumerable.Range(0, grid.Columns.Length).Select(column => cells.Where(cell => cell.Row == row && (int)cell.X == column).Select(cell => cell.Value).DefaultIfEmpty(double.NaN).First())])])
        {
            Words = grid.Rows,
        };
        return new(chart, $"{caption} {Counts(cells)}", data, "comparison.csv");
    }

    /// <summary>The mean final accuracy of runs.</summary>
    public static (double Value, string Text) FinalAccuracy(IReadOnlyList<ComparedRun> runs)
    {
        double mean = SampleSummary.Of(runs.Select(run => run.Evaluations[^1].Accuracy)).Mean;
        return (mean, NumberText.Percent(mean));
    }

    /// <summary>The mean virtual time of runs to an accuracy; those that are not there count with their end, and the mean is a lower bound.</summary>
    public static (double Value, string Text) TimeTo(IReadOnlyList<ComparedRun> runs, double target)
    {
        double[] times = [.. runs.Select(run => run.Evaluations.FirstOrDefault(row => row.Accuracy >= target)?.VirtualTime ?? double.NaN)];
        double mean = runs.Select((run, index) => double.IsNaN(times[index]) ? run.Duration : times[index]).Average();
        return (mean, (times.Any(double.IsNaN) ? "> " : "") + NumberText.Seconds(mean));
    }

    private static string Tip(RunGrid grid, Cell cell) =>
        $"{grid.RowLabel} {grid.Rows[cell.Row]}, {grid.ColumnLabel} {grid.Columns[(int)cell.X]}: {cell.Text}, {NumberText.Count(cell.Runs, "run")}";

    private static string Counts(Cell[] cells) => cells.Select(cell => cell.Runs).Distinct().Count() == 1
        ? $"Each cell: {NumberText.Count(cells[0].Runs, "run")}."
        : $"Cells are of {cells.Min(cell => cell.Runs)} to {NumberText.Count(cells.Max(cell => cell.Runs), "run")}; the number stands in brackets.";

    private readonly record struct Cell(double X, double Y, double Value, string Text, int Runs, int Row);
}
