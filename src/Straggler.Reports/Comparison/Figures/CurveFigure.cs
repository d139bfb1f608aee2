using System.Collections.Immutable;
using Straggler.Inference;
using Straggler.Reports.Charts;
using Straggler.Reports.Figures;

namespace Straggler.Reports.Comparison;

/// <summary>The methods' means of a quantity along the run, each with a band: the confidence interval over its seeds.</summary>
internal static class CurveFigure
{
    private const int Places = 80;

    /// <summary>Most methods whose bands can be told apart.</summary>
    private const int MostBands = 6;

    /// <summary>Losses that differ by more than this factor are drawn on a logarithmic scale.</summary>
    private const double WideRange = 50;

    /// <summary>Draws a scenario.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="quantity">What is drawn.</param>
    /// <param name="progress">What it is drawn against, as far as all runs have come.</param>
    /// <param name="level">The level of the bands.</param>
    public static FigureContent Draw(Scenario scenario, Quantity quantity, Progress progress, double level)
    {
        double last = scenario.Runs.Min(run => progress.Of(run.Evaluations[^1]));
        double[] places = [.. Enumerable.Range(0, Places + 1).Select(index => last * index / Places)];
        SampleSummary[][] curves = [.. scenario.Methods.Select(method => places.Select(place => At(method, quantity, progress, place, level)).ToArray())];
        double[] means = [.. curves.SelectMany(curve => curve.Select(summary => summary.Mean)).Where(double.IsFinite)];
        if (!(last > 0) || means.Length == 0)
        {
            return FigureContent.Missing(last > 0 ? RowsFigure.NotMeasured : $"These runs did not record {progress.Words}.");
        }

        bool logarithmic = !quantity.IsFraction && means.Min() > 0 && means.Max() > WideRange * means.Min();
        double low = logarithmic ? means.Min() / 2 : 0, high = quantity.IsFraction ? 1 : double.PositiveInfinity;
        BandEdge Edge(SampleSummary summary, double place) => new(place, Math.Max(low, summary.Mean - summary.HalfWidth), Math.Min(high, summary.Mean + summary.HalfWidth));
        ImmutableArray<BandEdge>[] edges = [.. curves.Select(curve => curve.Select((summary, index) => Edge(summary, places[index])).ToImmutableArray())];
        bool known = edges.Any(band => band.Any(edge => double.IsFinite(edge.High))), banded = known && edges.Length <= MostBands;
        double[] heights = banded ? [.. means, .. edges.SelectMany(band => band.Select(edge => edge.High))] : means;
        Scale height = logarithmic ? LogScale.Around([.. heights, low]) : LinearScale.FromZero(heights, high) with { Percent = quantity.IsPercent };
        Chart chart = new(
            quantity.TitleOver(progress),
            progress.AxisTo(last),
            new(logarithmic ? $"{quantity.Label} (log scale)" : quantity.Label, height),
            [
                .. edges.Take(banded ? edges.Length : 0).Select((band, method) => new BandMark(MethodInk.Of(method), band) { Series = scenario.Methods[method].Label }),
                .. curves.Select((curve, method) => Line(scenario.Methods[method], curve, places, method)),
            ]);
        return new(chart, Caption(quantity, known, banded, level), Data(scenario, progress, curves, edges), "comparison.csv");
    }

    private static string Caption(Quantity quantity, bool known, bool banded, double level) =>
        $"Mean over seeds of {quantity.Explanation}; between evaluations the last one counts."
        + (banded ? $" Bands: {NumberText.RoundPercent(level)} confidence interval of the mean."
            : known ? " Confidence intervals of so many methods stand in the CSV file alone." : "");

    private static SampleSummary At(Method method, Quantity quantity, Progress progress, double place, double level) => SampleSummary.Of(
        method.Runs.Values.Select(run => run.Evaluations.LastOrDefault(row => progress.Of(row) <= place) is { } row ? quantity.Of(row) : double.NaN), level);

    private static LineMark Line(Method method, SampleSummary[] curve, double[] places, int index) => new(
        method.Label, MethodInk.Of(index), [.. curve.Select((summary, place) => new Point(places[place], summary.Mean))], Dashed: MethodInk.IsRepeated(index));

    private static DataTable Data(Scenario scenario, Progress progress, SampleSummary[][] curves, ImmutableArray<BandEdge>[] edges) => new(
        [progress.Column, .. scenario.Methods.SelectMany(method => (string[])[$"{method.Label} mean", $"{method.Label} low", $"{method.Label} high"])],
        [.. edges[0].Select<BandEdge, ImmutableArray<double>>((edge, index) =>
            [edge.X, .. curves.SelectMany((curve, method) => (double[])[curve[index].Mean, edges[method][index].Low, edges[method][index].High])])]);
}
