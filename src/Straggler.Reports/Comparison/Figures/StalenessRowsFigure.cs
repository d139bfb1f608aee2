using System.Collections.Immutable;
using Straggler.Reports.Charts;
using Straggler.Reports.Figures;

namespace Straggler.Reports.Comparison;

/// <summary>The methods' staleness side by side, as far as summary.json tells: the upper half of its distribution.</summary>
internal static class StalenessRowsFigure
{
    /// <summary>Its title.</summary>
    public const string Title = "Staleness by method";

    private static readonly string[] _keys = ["p50", "p90", "p99", "mean", "max"];

    /// <summary>Draws a scenario.</summary>
    public static FigureContent Draw(Scenario scenario)
    {
        (string Label, double[] Values)[] rows = [.. scenario.Methods
            .Select(method => (method.Label, Values: _keys.Select(key => Mean(method, key)).ToArray())).Where(row => row.Values.All(double.IsFinite))];
        if (rows.Length == 0)
        {
            return FigureContent.Missing(RowsFigure.NotMeasured);
        }

        Box[] boxes = [.. rows.Select(row => new Box(row.Values[0], row.Values[0], row.Values[0], row.Values[1], row.Values[2], row.Values[3],
            $"{row.Label}: mean {NumberText.Measure(row.Values[3])}, median {NumberText.Measure(row.Values[0])}, 90th percentile {NumberText.Measure(row.Values[1])}, " +
            $"99th {NumberText.Measure(row.Values[2])}, largest {NumberText.Measure(row.Values[4])}"))];
        Chart chart = new(
            Title,
            new("staleness τ (server versions)", LinearScale.WithZero(boxes.SelectMany(box => (double[])[box.High, box.Mean]))),
            BoxRows.Axis("method", rows.Select(row => row.Label)),
            [.. BoxRows.Marks(boxes, "median to 99th percentile", "median to 90th")])
        {
            Stretch = Chart.StretchFor(rows.Length),
        };
        DataTable data = new(["method", .. _keys], [.. rows.Select<(string, double[] Values), ImmutableArray<double>>(row => [.. row.Values])]) { Words = [.. rows.Select(row => row.Label)] };
        return new(chart, "Staleness is counted in server steps, so a method that steps at every update is staler than one that gathers them, whatever the delays. " +
            "Percentiles are of each run’s arrivals, then averaged over seeds.", data, "comparison.csv");
    }

    private static double Mean(Method method, string key)
    {
        double[] values = [.. method.Runs.Values.Select(run => run.Summary?.Number("staleness." + key) ?? double.NaN).Where(double.IsFinite)];
        return values.Length > 0 ? values.Average() : double.NaN;
    }
}
