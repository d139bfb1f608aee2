using System.Collections.Immutable;
using Straggler.Inference;
using Straggler.Reports.Charts;
using Straggler.Reports.Figures;

namespace Straggler.Reports.Comparison;

/// <summary>One number of each run, a row for each method: the runs, their mean and its confidence interval.</summary>
internal static class RowsFigure
{
    /// <summary>Why there is no figure of what no run has.</summary>
    public const string NotMeasured = "This was not measured in these runs.";

    /// <summary>Draws a scenario.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="title">Says what is shown.</param>
    /// <param name="label">The axis label.</param>
    /// <param name="percent">Whether values are shown in per cent.</param>
    /// <param name="most">The largest value there can be.</param>
    /// <param name="note">What more the caption says.</param>
    /// <param name="level">The level of the intervals.</param>
    /// <param name="of">The number of a run; NaN where it has none.</param>
    public static FigureContent Draw(Scenario scenario, string title, string label, bool percent, double most, string note, double level, Func<ComparedRun, double> of)
    {
        Row[] rows = [.. scenario.Methods.Select((method, place) => new Row(
            method.Label, BoxRows.Height(place, scenario.Methods.Length), [.. method.Runs.Values.Select(of).Where(double.IsFinite)], most, level))];
        if (!rows.Any(row => row.Values.Length > 0))
        {
            return FigureContent.Missing(NotMeasured);
        }

        LinearScale scale = LinearScale.WithZero(rows.SelectMany(row => row.Values.Append(row.High))) with { Percent = percent };
        Chart chart = new(title, new(label, scale), BoxRows.Axis("method", scenario.Methods.Select(method => method.Label)), [.. Marks(rows, percent)])
        {
            Stretch = Chart.StretchFor(rows.Length),
        };
        DataTable data = new(
            ["method", "runs", "mean", "low", "high"],
            [.. rows.Select<Row, ImmutableArray<double>>(row =>
                [row.Values.Length, row.Summary.Mean, row.Summary.Mean - row.Summary.HalfWidth, row.Summary.Mean + row.Summary.HalfWidth])])
        {
            Words = [.. rows.Select(row => row.Label)],
        };
        string interval = rows.Any(row => double.IsFinite(row.Summary.HalfWidth)) ? $" with its {NumberText.RoundPercent(level)} confidence interval" : "";
        return new(chart, $"Each run, and the mean over seeds{interval}.{note}", data, "comparison.csv");
    }

    private static IEnumerable<Mark> Marks(Row[] rows, bool percent)
    {
        Row[] sure = [.. rows.Where(row => double.IsFinite(row.Summary.HalfWidth))];
        if (sure.Length > 0)
        {
            yield return new IntervalMark("confidence interval", Ink.Blue, [.. sure.Select(row => new Interval(row.Height, row.Low, row.High))]) { Tips = [.. sure.Select(row => row.Tip(percent))] };
        }

        Row[] known = [.. rows.Where(row => row.Values.Length > 0)];
        yield return new DotMark("mean", Ink.Blue, [.. known.Select(row => new Point(row.Summary.Mean, row.Height))], Large: true) { Tips = [.. known.Select(row => row.Tip(percent))] };
        yield return new DotMark("run", Ink.Vermillion, [.. rows.SelectMany(row => row.Values.Select(value => new Point(value, row.Height)))], Hollow: true)
        {
            Tips = [.. rows.SelectMany(row => row.Values.Select(value => $"{row.Label}, one run: {Text(value, percent)}"))],
        };
    }

    private static string Text(double value, bool percent) => percent ? NumberText.Percent(value) : NumberText.Measure(value);

    private sealed record Row(string Label, double Height, double[] Values, double Most, double Level)
    {
        public SampleSummary Summary { get; } = SampleSummary.Of(Values, Level);

        /// <summary>The ends of the interval; nothing that is shown can be below 0, and no fraction above 1.</summary>
        public double Low => Math.Max(0, Summary.Mean - Summary.HalfWidth);

        public double High => Math.Min(Most, Summary.Mean + Summary.HalfWidth);

        public string Tip(bool percent) => $"{Label}: mean {Text(Summary.Mean, percent)}" + (double.IsFinite(Summary.HalfWidth) ? $" ± {Text(Summary.HalfWidth, percent)}" : "")
            + $", {NumberText.Count(Values.Length, "run")}";
    }
}
