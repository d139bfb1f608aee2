using System.Collections.Immutable;
using Straggler.Reports.Charts;
using Straggler.Reports.Figures;

namespace Straggler.Reports.Comparison;

/// <summary>Paired differences between methods with their confidence intervals.</summary>
internal static class ForestFigure
{
    /// <summary>Corrected p-values below this fill the point.</summary>
    private const double Significant = 0.05;

    /// <summary>Draws differences.</summary>
    /// <param name="title">Says what is shown.</param>
    /// <param name="label">The axis label.</param>
    /// <param name="measures">The measures, all in one unit.</param>
    /// <param name="level">The level of the intervals.</param>
    public static FigureContent Draw(string title, string label, IReadOnlyList<MeasureResult> measures, double level)
    {
        (Measure Measure, TestResult Test)[] tests = [.. measures.SelectMany(measure => measure.Tests.Select(test => (measure.Measure, test)))];
        if (tests.Length == 0)
        {
            return FigureContent.Missing("There are no two methods with a seed in common.");
        }

        double unit = measures[0].Measure.IsFraction ? 100 : 1;

        // Where all have one reference, the axis names it and leaves the rows to the methods.
        bool single = tests.All(pair => pair.Test.Reference == tests[0].Test.Reference);
        string axis = single ? $"method − {tests[0].Test.Reference}" : "method − reference";
        Row[] rows = [.. tests.Select((pair, place) => new Row(
            (measures.Count > 1 ? $"{NumberText.RoundPercent(pair.Measure.Target)} " : "") + (single ? pair.Test.Label : $"{pair.Test.Label} − {pair.Test.Reference}"),
            BoxRows.Height(place, tests.Length), unit * pair.Test.Comparison.Difference.Mean, unit * pair.Test.Comparison.Difference.HalfWidth, pair.Test))];
        Chart chart = new(
            title,
            new(label, LinearScale.WithZero(rows.SelectMany(row => (double[])[row.Mean, row.Mean - row.Half, row.Mean + row.Half]))),
            BoxRows.Axis(axis, rows.Select(row => row.Label)),
            [.. Marks(rows)])
        {
            Stretch = Chart.StretchFor(rows.Length + 4),
        };
        DataTable data = new(
            [axis, "pairs", "difference", "low", "high", "p (t)", "p (t, Holm)"],
            [.. rows.Select<Row, ImmutableArray<double>>(row =>
                [row.Test.Comparison.Pairs, row.Mean, row.Mean - row.Half, row.Mean + row.Half, row.Test.Comparison.TTest, row.Test.Adjusted])])
        {
            Words = [.. rows.Select(row => row.Label)],
        };
        bool higher = measures[0].Measure.HigherIsBetter;
        return new(chart, $"Mean difference over the seeds that both have, paired by seed{(rows.Any(row => double.IsFinite(row.Half)) ? $", with its {NumberText.RoundPercent(level)} confidence interval" : "; one seed has no interval")}. "
            + $"{(higher ? "Left" : "Right")} of 0 the method is worse than the reference. Filled: p < 0.05 after Holm’s correction for the scenario’s methods.", data, "tests.csv");
    }

    private static IEnumerable<Mark> Marks(Row[] rows)
    {
        yield return new PlaceMark("no difference", Ink.Grey, 0);
        Row[] sure = [.. rows.Where(row => double.IsFinite(row.Half))];
        if (sure.Length > 0)
        {
            yield return new IntervalMark("confidence interval", Ink.Blue, [.. sure.Select(row => new Interval(row.Height, row.Mean - row.Half, row.Mean + row.Half))]) { Tips = [.. sure.Select(row => row.Tip)] };
        }

        foreach (bool clear in (bool[])[true, false])
        {
            Row[] some = [.. rows.Where(row => row.Test.Adjusted < Significant == clear)];
            if (some.Length > 0)
            {
                yield return new DotMark(clear ? "more than chance" : "may be chance", Ink.Blue, [.. some.Select(row => new Point(row.Mean, row.Height))], Large: clear, Hollow: !clear)
                {
                    Tips = [.. some.Select(row => row.Tip)],
                };
            }
        }
    }

    private sealed record Row(string Label, double Height, double Mean, double Half, TestResult Test)
    {
        public string Tip => $"{Test.Label} − {Test.Reference}: {NumberText.Measure(Mean)}{(double.IsFinite(Half) ? $" ± {NumberText.Measure(Half)}" : "")}, {NumberText.Count(Test.Comparison.Pairs, "pair")}"
            + (double.IsFinite(Test.Adjusted) ? $", corrected p = {NumberText.Measure(Test.Adjusted)}" : "");
    }
}
