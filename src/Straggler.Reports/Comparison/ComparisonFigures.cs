using Straggler.Reports.Figures;
using Straggler.Reports.Pages;

namespace Straggler.Reports.Comparison;

/// <summary>All figures of a comparison, in their order.</summary>
internal static class ComparisonFigures
{
    /// <summary>Draws them.</summary>
    /// <param name="result">The comparison.</param>
    public static IEnumerable<ComparisonFigure> Of(ComparisonResult result)
    {
        bool single = result.Scenarios.Length == 1;
        return
        [
            .. Overall(result),
            .. result.Scenarios.SelectMany((scenario, place) => Of(scenario, result.Level).Select(figure => new ComparisonFigure(scenario.Scenario, single ? figure : figure with
            {
                Name = FormattableString.Invariant($"{figure.Name}-{place + 1}"),
                Content = Under(figure.Content, scenario.Scenario.Label),
            }))),
        ];

        // The page tells the scenario above its figures; image files stand alone.
        static FigureContent Under(FigureContent content, string scenario) => content with { Chart = content.Chart is null ? null : content.Chart with { Subtitle = scenario } };
    }

    private static IEnumerable<ComparisonFigure> Overall(ComparisonResult result)
    {
        if (RunGrid.Of(result) is not { } grid)
        {
            yield break;
        }

        string axes = $"by {grid.RowLabel} and {grid.ColumnLabel}";
        yield return Map("heat-final-accuracy", "final accuracy", $"Final accuracy {axes}", title => HeatMapFigure.Draw(
            title, grid, "Mean final accuracy over seeds; the stronger the colour, the better.", HeatMapFigure.FinalAccuracy, higherIsBetter: true));
        double[] targets = [.. result.Scenarios.SelectMany(scenario => scenario.Measures.Select(measure => measure.Measure))
            .Where(measure => measure.Unit == Measure.InVirtualTime).Select(measure => measure.Target).Distinct().Order()];
        foreach (double target in targets)
        {
            string percent = NumberText.RoundPercent(target);
            yield return Map(FormattableString.Invariant($"heat-time-to-{100 * target:0.##}").Replace('.', '_'), $"time to {percent}", $"Virtual time to {percent} accuracy {axes}", title => HeatMapFigure.Draw(
                title, grid, "Mean virtual time over seeds until an evaluation reached the target; the stronger the colour, the faster. > where runs never did: these count with their length.",
                runs => HeatMapFigure.TimeTo(runs, target), higherIsBetter: false));
        }

        static ComparisonFigure Map(string name, string choice, string title, Func<string, FigureContent> draw) =>
            new(null, new(name, title, new("heat", choice), draw(title)));
    }

    private static IEnumerable<PageFigure> Of(ScenarioResult scenario, double level) =>
    [
        .. Progress.All.Select(progress => Curve(scenario, Quantity.Accuracy, progress, level, "accuracy", progress.Words)),
        .. Progress.All.Select(progress => Curve(scenario, Quantity.Loss, progress, level, "loss", progress.Words)),
        .. Measure.Units.Select(unit => Figure($"target-{unit.Slug}", TargetFigure.TitleOf(unit.Words), new("target", unit.Words), TargetFigure.Draw(scenario, unit.Words, level))),
        .. Differences(scenario, level),
        Figure("staleness", StalenessRowsFigure.Title, null, StalenessRowsFigure.Draw(scenario.Scenario)),
        Rows(scenario, "worst-tenth", "Accuracy of the worst-served tenth of the clients", "accuracy on the clients’ test samples", "worst tenth", "fairness", true, 1,
            " Of the final model, on the clients’ own test samples.", level, run => run.Evaluations[^1].WorstTenth),
        Rows(scenario, "accuracy-gini", "Inequality of the clients’ accuracies", "Gini coefficient of the accuracies", "Gini coefficient", "fairness", false, 1,
            " Of the final model; 0 where all clients are served alike.", level, run => run.Evaluations[^1].AccuracyGini),
        Curve(scenario, Quantity.WorstTenth, Progress.VirtualTime, level, "fairness-course", "worst tenth"),
        Curve(scenario, Quantity.Gini, Progress.VirtualTime, level, "fairness-course", "Gini coefficient"),
        Rows(scenario, "wall-time", "Wall time of a run", "wall time (s)", null, null, false, double.PositiveInfinity,
            " Depends on the machine and on what else it did, other trials of a sweep among it.", level, run => run.Summary?.Number("wall_seconds") ?? double.NaN),
    ];

    private static IEnumerable<PageFigure> Differences(ScenarioResult scenario, double level)
    {
        foreach (MeasureResult measure in scenario.Measures.Where(measure => measure.Measure.IsFraction))
        {
            string title = $"Paired differences: {measure.Measure.Label}";
            yield return Figure(
                $"difference-{measure.Measure.Name.Replace('_', '-')}", title, new("difference", measure.Measure.Label),
                ForestFigure.Draw(title, "difference (percentage points)", [measure], level));
        }

        foreach ((string words, string slug) in Measure.Units)
        {
            MeasureResult[] measures = [.. scenario.Measures.Where(measure => measure.Measure.Unit == words)];
            string title = $"Paired differences: {words} to target accuracies";
            if (measures.Length > 0)
            {
                yield return Figure($"difference-target-{slug}", title, new("difference-target", words), ForestFigure.Draw(title, $"difference ({words})", measures, level));
            }
        }
    }

    private static PageFigure Curve(ScenarioResult scenario, Quantity quantity, Progress progress, double level, string group, string choice) => Figure(
        $"{quantity.Slug}-{progress.Slug}", quantity.TitleOver(progress), new(group, choice), CurveFigure.Draw(scenario.Scenario, quantity, progress, level));

    private static PageFigure Rows(
        ScenarioResult scenario, string name, string title, string label, string? choice, string? group, bool percent, double most, string note, double level, Func<ComparedRun, double> of) =>
        Figure(name, title, group is null ? null : new(group, choice!), RowsFigure.Draw(scenario.Scenario, title, label, percent, most, note, level, of));

    private static PageFigure Figure(string name, string title, FigureChoice? choice, FigureContent content) => new(name, title, choice, content);
}
