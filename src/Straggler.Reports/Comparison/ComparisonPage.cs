using System.Globalization;
using Straggler.Reports.Pages;

namespace Straggler.Reports.Comparison;

/// <summary>The page of a comparison: what was compared and what came out, then each scenario's table, figures and tests.</summary>
internal static class ComparisonPage
{
    /// <summary>Tests below this p-value, corrected, are called differences.</summary>
    private const double Significant = 0.05;

    /// <summary>Writes the page.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="result">The numbers.</param>
    /// <param name="figures">The scenarios' figures by the names of their files.</param>
    /// <param name="command">The command that makes the page again.</param>
    public static string Write(string title, ComparisonResult result, IReadOnlyList<ComparisonFigure> figures, string command)
    {
        Html html = new();
        PageFrame.Begin(html, title);
        html.Open("header").Element("p", "Straggler comparison", ("class", "kicker")).Element("h1", title);
        html.Element("p", Setup(result), ("class", "lead"));
        foreach (ScenarioResult scenario in result.Scenarios)
        {
            html.Element("p", Finding(scenario, alone: result.Scenarios.Length == 1), ("class", "lead"));
        }

        html.Close("header");
        PageFigure[] overall = [.. figures.Where(figure => figure.Scenario is null).Select(figure => figure.Figure)];
        if (overall.Length > 0)
        {
            html.Open("section").Element("h2", result.Scenarios.Length > 1 ? "All scenarios" : "Settings");
            FigureGrid.Write(html, overall);
            html.Close("section");
        }

        foreach (ScenarioResult scenario in result.Scenarios)
        {
            WriteScenario(html, scenario, result, figures.Where(figure => figure.Scenario == scenario.Scenario));
        }

        html.Open("section").Element("h2", "Again").Element("p", "This page is made by:").Open("pre", ("class", "command")).Element("code", command).Close("pre").Close("section");
        PageFrame.End(html);
        return html.ToString();
    }

    private static string Setup(ComparisonResult result)
    {
        int runs = result.Scenarios.Sum(scenario => scenario.Scenario.Runs.Count());
        string[] methods = [.. result.Scenarios.SelectMany(scenario => scenario.Scenario.Methods.Select(method => method.Label)).Distinct()];
        int seeds = result.Scenarios.SelectMany(scenario => scenario.Scenario.Runs.Select(run => run.Seed)).Distinct().Count();
        return string.Create(CultureInfo.InvariantCulture,
            $"{runs} runs: {string.Join(", ", methods)}; {(result.Scenarios.Length == 1 ? "one scenario" : $"{result.Scenarios.Length} scenarios")}, {(seeds == 1 ? "one seed" : $"{seeds} seeds, paired by seed")}.{Unfinished(result)}");
    }

    private static string Unfinished(ComparisonResult result) =>
        result.Scenarios.Sum(scenario => scenario.Scenario.Runs.Count(run => !run.IsFinished)) switch
        {
            0 => "",
            1 => " One of them has not come to its end, and its scenario is compared as far as it went.",
            int count => $" {NumberText.Count(count)} of them have not come to their end, and their scenarios are compared as far as these went.",
        };

    /// <summary>Which method ends best, and how sure that is.</summary>
    private static string Finding(ScenarioResult scenario, bool alone)
    {
        string where = alone ? "" : $"{scenario.Scenario.Label}: ";
        if (scenario.Measures.FirstOrDefault(measure => measure.Measure.Name == "final_accuracy") is not { Methods.Length: > 1 } final)
        {
            return alone ? "There are no two methods with accuracies to compare." : $"{where}there are no two methods with accuracies to compare.";
        }

        MethodResult best = final.Methods.Where(method => method.Summary.Count > 0).MaxBy(method => method.Summary.Mean)!;
        string[] clear = [.. final.Tests.Where(test => test.Reference == best.Label && test.Adjusted < Significant).Select(test => test.Label)];
        string how = final.Tests.All(test => double.IsNaN(test.Adjusted)) ? "With one seed nothing can be said about chance."
            : clear.Length == final.Methods.Length - 1 ? "Its lead over every other is more than chance (paired t-tests, corrected, p < 0.05)."
            : clear.Length > 0 ? $"Its lead over {string.Join(", ", clear)} is more than chance (paired t-tests, corrected, p < 0.05); over the others it may be chance."
            : "Its lead may be chance (paired t-tests, corrected, p ≥ 0.05).";
        return $"{where}{best.Label} ends best, at {NumberText.Percent(best.Summary.Mean)} mean accuracy. {how}";
    }

    private static void WriteScenario(Html html, ScenarioResult scenario, ComparisonResult result, IEnumerable<ComparisonFigure> figures)
    {
        html.Open("section").Element("h2", scenario.Scenario.Label == "all" ? "Results" : scenario.Scenario.Label);
        Table(html, ["measure", .. scenario.Scenario.Methods.Select(method => method.Label)],
            scenario.Measures.Select(measure => (string[])[measure.Measure.Label, .. ComparisonText.Cells(measure, " ± ", cell => cell + " ★")]));
        html.Element("p", ComparisonText.Note(result) + " ★ marks the best.", ("class", "note"));
        FigureGrid.Write(html, figures.Select(figure => figure.Figure));
        WriteTests(html, scenario);
        html.Close("section");
    }

    private static void WriteTests(Html html, ScenarioResult scenario)
    {
        if (!scenario.Measures.Any(measure => measure.Tests.Length > 0))
        {
            return;
        }

        html.Open("details").Element("summary", "Paired tests");
        Table(html, ["measure", "method − reference", "pairs", "difference", "effect size", "p (t)", "p (t, Holm)", "p (Wilcoxon)"], scenario.Measures.SelectMany(measure => measure.Tests.Select(test => (string[])
        [
            measure.Measure.Label, $"{test.Label} − {test.Reference}", test.Comparison.Pairs.ToString(CultureInfo.InvariantCulture),
            Difference(measure.Measure, test), NumberText.Measure(test.Comparison.EffectSize), P(test.Comparison.TTest), P(test.Adjusted), P(test.Comparison.Wilcoxon),
        ])));
        html.Close("details");
    }

    private static string Difference(Measure measure, TestResult test)
    {
        double unit = measure.IsFraction ? 100 : 1;
        (_, double mean, _, double half) = test.Comparison.Difference;
        string spread = double.IsNaN(half) ? "" : string.Create(CultureInfo.InvariantCulture, $" ± {unit * half:G3}");
        return string.Create(CultureInfo.InvariantCulture, $"{unit * mean:G3}{spread}{(measure.IsFraction ? " points" : "")}");
    }

    private static string P(double value) => double.IsNaN(value) ? "–" : value < 0.0001 ? "< 0.0001" : value.ToString("0.####", CultureInfo.InvariantCulture);

    private static void Table(Html html, string[] columns, IEnumerable<string[]> rows)
    {
        html.Open("div", ("class", "across")).OpenTable(columns);
        foreach (string[] row in rows)
        {
            html.Open("tr").Element("th", row[0], ("scope", "row"));
            foreach (string cell in row[1..])
            {
                html.Element("td", cell);
            }

            html.Close("tr");
        }

        html.Close("tbody").Close("table").Close("div");
    }
}

/// <summary>A figure of a comparison.</summary>
/// <param name="Scenario">Its scenario; null where it is about several.</param>
/// <param name="Figure">The figure.</param>
internal sealed record ComparisonFigure(Scenario? Scenario, PageFigure Figure);
