using System.Collections.Immutable;
using Straggler.Reports.Charts;
using Straggler.Reports.Figures;

namespace Straggler.Reports.Comparison;

/// <summary>How long methods take to accuracies: every run, those that were not there by the end marked, and the restricted mean.</summary>
internal static class TargetFigure
{
    /// <summary>Draws a scenario.</summary>
    /// <param name="scenario">The scenario's numbers.</param>
    /// <param name="unit">What is timed in: see <see cref="Measure.Unit"/>.</param>
    /// <param name="level">The level of the intervals.</param>
    public static FigureContent Draw(ScenarioResult scenario, string unit, double level)
    {
        (MeasureResult Measure, Method Method, MethodResult Result)[] found =
        [
            .. from measure in scenario.Measures
               where measure.Measure.Unit == unit
               from pair in measure.Methods.Zip(scenario.Scenario.Methods)
               where pair.First.Summary.Count > 0
               select (measure, pair.Second, pair.First),
        ];
        if (found.Length == 0)
        {
            return FigureContent.Missing("No run of this scenario reached one of the target accuracies (--target).");
        }

        Row[] rows = [.. found.Select((row, place) => new Row(row.Measure.Measure, row.Method, row.Result, BoxRows.Height(place, found.Length)))];
        double limit = rows[0].Limit;
        Chart chart = new(
            TitleOf(unit),
            new(unit, LinearScale.WithZero(rows.Select(row => row.High).Append(limit))),
            BoxRows.Axis("target and method", rows.Select(row => row.Label)),
            [.. Marks(rows, limit)])
        {
            Stretch = Chart.StretchFor(rows.Length + 4),
        };
        DataTable data = new(
            ["target and method", "runs", "reached", "restricted mean", "low", "high", "limit"],
            [.. rows.Select<Row, ImmutableArray<double>>(row => [row.Result.Summary.Count, row.Result.Happened, row.Mean, row.Low, row.High, row.Limit])])
        {
            Words = [.. rows.Select(row => row.Label)],
        };
        return new(chart, $"A run counts as there at the first evaluation that reaches the target. All runs went on to {NumberText.Measure(limit)} {unit}, the dashed line; "
            + "those that were not there by then are hollow points on it and count with it in the mean (restricted mean), which is then a lower bound. "
            + $"Lines: {NumberText.RoundPercent(level)} confidence interval of that mean. Targets that no run reached are left out.", data, "comparison.csv");
    }

    /// <summary>The title of the figure.</summary>
    public static string TitleOf(string unit) => $"{char.ToUpperInvariant(unit[0])}{unit[1..]} to target accuracies";

    private static IEnumerable<Mark> Marks(Row[] rows, double limit)
    {
        ImmutableArray<string> tips = [.. rows.Select(row => row.Tip)];
        yield return new BarMark("mean, restricted", Ink.Blue, [.. rows.Select(row => new Bar(row.Mean / 2, row.Mean, row.Height - 0.32, row.Height + 0.32))], 0.3) { Tips = tips };
        Row[] sure = [.. rows.Where(row => row.High > row.Low)];
        if (sure.Length > 0)
        {
            yield return new IntervalMark("confidence interval", Ink.Blue, [.. sure.Select(row => new Interval(row.Height, row.Low, row.High))]) { Tips = [.. sure.Select(row => row.Tip)] };
        }

        (Point Place, string Tip)[] there = [.. rows.SelectMany(row => row.Reached.Select(value => (new Point(value, row.Height), $"{row.Label}, one run: {NumberText.Measure(value)}")))];
        if (there.Length > 0)
        {
            yield return new DotMark("a run, at the target", Ink.Black, [.. there.Select(run => run.Place)]) { Tips = [.. there.Select(run => run.Tip)] };
        }

        Row[] missed = [.. rows.Where(row => row.Missed > 0)];
        if (missed.Length > 0)
        {
            yield return new DotMark("runs not there by the end", Ink.Vermillion, [.. missed.Select(row => new Point(row.Limit, row.Height))], Hollow: true)
            {
                Tips = [.. missed.Select(row => $"{row.Label}: {NumberText.Count(row.Missed, "run")} not there after {NumberText.Measure(row.Limit)}")],
            };
        }

        yield return new PlaceMark("as long as all runs went on", Ink.Grey, limit);
    }

    private sealed record Row(Measure Measure, Method Method, MethodResult Result, double Height)
    {
        public string Label { get; } = $"{NumberText.RoundPercent(Measure.Target)} {Method.Label}";

        public double Limit { get; } = Measure.Limit!.Value;

        public double Mean { get; } = Result.Summary.Mean;

        /// <summary>No time can be below 0, and no restricted one above the limit.</summary>
        public double Low { get; } = Math.Max(0, Result.Summary.Mean - Result.Summary.HalfWidth);

        public double High { get; } = Math.Min(Measure.Limit!.Value, Result.Summary.Mean + Result.Summary.HalfWidth);

        public double[] Reached { get; } = [.. Method.Runs.Values.Where(Measure.Happened).Select(Measure.Value)];

        public int Missed => Result.Summary.Count - Result.Happened;

        public string Tip => $"{Label}: mean {NumberText.Measure(Mean)}{(double.IsFinite(Low) ? $" ({NumberText.Measure(Low)} to {NumberText.Measure(High)})" : "")}, " +
            $"{Result.Happened} of {NumberText.Count(Result.Summary.Count, "run")} there";
    }
}
