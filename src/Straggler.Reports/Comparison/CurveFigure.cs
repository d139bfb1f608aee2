using System.Collections.Immutable;
using Straggler.Inference;
using Straggler.Reports.Charts;
using Straggler.Reports.Figures;

namespace Straggler.Reports.Comparison;

/// <summary>The methods' mean accuracy along the run, each with a band: the confidence interval over its seeds.</summary>
internal static class CurveFigure
{
    private const int Places = 120;

    private static readonly Ink[] _inks = [Ink.Blue, Ink.Vermillion, Ink.Green, Ink.Orange, Ink.Black, Ink.Grey];

    /// <summary>Draws a scenario.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="progress">What it is drawn against, as far as all runs have come.</param>
    /// <param name="level">The level of the bands.</param>
    public static FigureContent Draw(Scenario scenario, Progress progress, double level)
    {
        double last = scenario.Runs.Min(run => progress.Of(run.Evaluations[^1]));
        double[] places = [.. Enumerable.Range(0, Places + 1).Select(index => last * index / Places)];
        SampleSummary[][] curves = [.. scenario.Methods.Select(method => places.Select(place => At(method, progress, place, level)).ToArray())];
        if (last <= 0 || !curves.Any(curve => curve.Any(summary => double.IsFinite(summary.Mean))))
        {
            return FigureContent.Missing("The accuracy was not measured in these runs.");
        }

        LinearScale height = LinearScale.FromZero(curves.SelectMany(curve => curve.SelectMany(summary => (double[])[summary.Mean, High(summary)])), most: 1) with { Percent = true };
        Chart chart = new(
            $"Test accuracy over {progress.Words}",
            new(progress.Label, LinearScale.Along(last) with { Whole = progress.Whole }),
            new("test accuracy", height),
            [.. curves.Select((curve, method) => Band(curve, places, method)), .. curves.Select((curve, method) => Line(scenario.Methods[method], curve, places, method))]);
        bool banded = curves.Any(curve => curve.Any(summary => double.IsFinite(summary.HalfWidth)));
        return new(chart, Caption(banded, level), Data(scenario, progress, places, curves), "comparison.csv");
    }

    private static string Caption(bool banded, double level) =>
        "Mean over seeds of the share of the test set that the server’s model classifies correctly; between evaluations the last one counts."
        + (banded ? FormattableString.Invariant($" Bands: {100 * level:0.##} % confidence interval of the mean.") : "");

    private static SampleSummary At(Method method, Progress progress, double place, double level) => SampleSummary.Of(
        method.Runs.Values.Select(run => run.AccuracyWhile(row => progress.Of(row) <= place)), level);

    private static double Low(SampleSummary summary) => Math.Max(0, summary.Mean - summary.HalfWidth);

    private static double High(SampleSummary summary) => Math.Min(1, summary.Mean + summary.HalfWidth);

    private static BandMark Band(SampleSummary[] curve, double[] places, int method) =>
        new(_inks[method % _inks.Length], [.. curve.Select((summary, index) => new BandEdge(places[index], Low(summary), High(summary)))]);

    private static LineMark Line(Method method, SampleSummary[] curve, double[] places, int index) => new(
        method.Label, _inks[index % _inks.Length], [.. curve.Select((summary, place) => new Point(places[place], summary.Mean))], Dashed: index >= _inks.Length);

    private static DataTable Data(Scenario scenario, Progress progress, double[] places, SampleSummary[][] curves) => new(
        [progress.Column, .. scenario.Methods.SelectMany(method => (string[])[$"{method.Label} mean", $"{method.Label} low", $"{method.Label} high"])],
        [.. places.Select<double, ImmutableArray<double>>((place, index) =>
            [place, .. curves.SelectMany(curve => (double[])[curve[index].Mean, Low(curve[index]), High(curve[index])])])]);
}
