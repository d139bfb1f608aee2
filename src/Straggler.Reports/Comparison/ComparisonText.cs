using System.Globalization;
using System.Text;
using Straggler.Recording;

namespace Straggler.Reports.Comparison;

/// <summary>A comparison's numbers as tables: for pandas, for Markdown and for LaTeX.</summary>
internal static class ComparisonText
{
    /// <summary>comparison.csv: a row for each scenario, measure and method.</summary>
    public static string Summaries(ComparisonResult result)
    {
        StringBuilder text = new("scenario,measure,method,runs,happened,mean,ci_low,ci_high,deviation,median,mean_rank,limit\n");
        foreach ((ScenarioResult scenario, MeasureResult measure) in Rows(result))
        {
            foreach (MethodResult method in measure.Methods)
            {
                (_, double mean, double deviation, double half) = method.Summary;
                Line(text, scenario.Scenario.Label, measure.Measure.Name, method.Label, method.Summary.Count, method.Happened,
                    mean, mean - half, mean + half, deviation, method.Median, method.MeanRank, measure.Measure.Limit ?? double.NaN);
            }
        }

        return text.ToString();
    }

    /// <summary>tests.csv: a row for each paired test.</summary>
    public static string Tests(ComparisonResult result)
    {
        StringBuilder text = new("scenario,measure,method,reference,pairs,difference,ci_low,ci_high,effect_size,p_t,p_t_holm,p_wilcoxon\n");
        foreach ((ScenarioResult scenario, MeasureResult measure) in Rows(result))
        {
            foreach (TestResult test in measure.Tests)
            {
                (int pairs, Inference.SampleSummary difference, double size, double t, double wilcoxon) = test.Comparison;
                Line(text, scenario.Scenario.Label, measure.Measure.Name, test.Label, test.Reference, pairs, difference.Mean,
                    difference.Mean - difference.HalfWidth, difference.Mean + difference.HalfWidth, size, t, test.Adjusted, wilcoxon);
            }
        }

        return text.ToString();
    }

    /// <summary>A table for each scenario, methods across, in Markdown; the best of each row in bold.</summary>
    public static string Markdown(ComparisonResult result)
    {
        StringBuilder text = new();
        foreach (ScenarioResult scenario in result.Scenarios)
        {
            text.Append(CultureInfo.InvariantCulture, $"### {scenario.Scenario.Label}\n\n");
            text.Append("| measure | ").AppendJoin(" | ", scenario.Scenario.Methods.Select(method => method.Label)).Append(" |\n|---|");
            text.AppendJoin("", scenario.Scenario.Methods.Select(_ => "---|")).Append('\n');
            foreach (MeasureResult measure in scenario.Measures)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {measure.Measure.Label} | ");
                text.AppendJoin(" | ", Cells(measure, " ± ", cell => $"**{cell}**")).Append(" |\n");
            }

            text.Append('\n');
        }

        return text.Append(CultureInfo.InvariantCulture, $"{Note(result)}\n").ToString();
    }

    /// <summary>The same as LaTeX tables for the package booktabs.</summary>
    public static string Latex(ComparisonResult result)
    {
        StringBuilder text = new("% \\usepackage{booktabs}\n");
        foreach (ScenarioResult scenario in result.Scenarios)
        {
            text.Append(CultureInfo.InvariantCulture, $"\\begin{{tabular}}{{l{new string('r', scenario.Scenario.Methods.Length)}}}\n\\toprule\n");
            text.Append(CultureInfo.InvariantCulture, $"{Escape(scenario.Scenario.Label)} & ");
            text.AppendJoin(" & ", scenario.Scenario.Methods.Select(method => Escape(method.Label))).Append(" \\\\\n\\midrule\n");
            foreach (MeasureResult measure in scenario.Measures)
            {
                text.Append(CultureInfo.InvariantCulture, $"{Escape(measure.Measure.Label)} & ");
                text.AppendJoin(" & ", Cells(measure, " $\\pm$ ", cell => $"\\textbf{{{cell}}}").Select(cell => cell.Replace("%", "\\%", StringComparison.Ordinal)
                    .Replace(">", "$>$", StringComparison.Ordinal))).Append(" \\\\\n");
            }

            text.Append("\\bottomrule\n\\end{tabular}\n\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"% {Note(result)}\n").ToString();
    }

    /// <summary>What the tables' numbers are.</summary>
    public static string Note(ComparisonResult result) => string.Create(CultureInfo.InvariantCulture,
        $"Means over seeds ± half the {100 * result.Level:0.##} % confidence interval (Student's t). Times to a target: restricted mean ± half its interval, and in brackets the median and how many runs reached it; a run that did not counts with the time that all were watched.{Shortened(result)}");

    /// <summary>What the labels stand for that are short for more.</summary>
    private static string Shortened(ComparisonResult result) => string.Concat(result.Scenarios
        .SelectMany(scenario => scenario.Scenario.Methods.Select(method => (method.Label, method.Settings)).Prepend((scenario.Scenario.Label, scenario.Scenario.Settings)))
        .Where(named => named.Label != named.Settings).Distinct()
        .Select(named => $" {named.Label[(named.Label.LastIndexOf('#'))..]}: {named.Settings}."));

    /// <summary>A row's cells, the best marked.</summary>
    public static IEnumerable<string> Cells(MeasureResult measure, string plusMinus, Func<string, string> mark)
    {
        double best = measure.Measure.HigherIsBetter
            ? measure.Methods.Max(method => Comparable(method, double.NegativeInfinity)) : measure.Methods.Min(method => Comparable(method, double.PositiveInfinity));
        return measure.Methods.Select(method => method.Summary.Mean.Equals(best) && measure.Methods.Length > 1
            ? mark(Cell(measure.Measure, method, plusMinus)) : Cell(measure.Measure, method, plusMinus));
    }

    private static double Comparable(MethodResult method, double none) => double.IsNaN(method.Summary.Mean) ? none : method.Summary.Mean;

    private static string Cell(Measure measure, MethodResult method, string plusMinus)
    {
        (int count, double mean, _, double half) = method.Summary;
        if (count == 0)
        {
            return "-";
        }

        string spread = double.IsNaN(half) ? "" : plusMinus + Number(measure, half);
        string unit = measure.IsFraction ? " %" : "";
        string reached = measure.Limit is { } limit
            ? string.Create(CultureInfo.InvariantCulture, $" ({(double.IsInfinity(method.Median) ? "> " + Number(measure, limit) : Number(measure, method.Median))}; {method.Happened}/{count})") : "";
        return Number(measure, mean) + spread + unit + reached;
    }

    private static string Number(Measure measure, double value) => measure.IsFraction
        ? (100 * value).ToString("F2", CultureInfo.InvariantCulture)
        : value.ToString(Math.Abs(value) >= 1000 ? "F0" : "G4", CultureInfo.InvariantCulture);

    private static IEnumerable<(ScenarioResult Scenario, MeasureResult Measure)> Rows(ComparisonResult result) =>
        result.Scenarios.SelectMany(scenario => scenario.Measures.Select(measure => (scenario, measure)));

    private static void Line(StringBuilder text, params object[] fields) =>
        text.AppendJoin(',', fields.Select(field => field switch
        {
            double.NaN => "",
            double.PositiveInfinity => "inf",
            double number => number.ToString("R", CultureInfo.InvariantCulture),
            string word => CsvField.Quote(word),
            _ => Convert.ToString(field, CultureInfo.InvariantCulture),
        })).Append('\n');

    private static string Escape(string text) => string.Concat(text.Select(letter => letter switch
    {
        '_' or '%' or '&' or '#' or '{' or '}' or '$' => $"\\{letter}",
        '\\' => "\\textbackslash{}",
        '^' => "\\^{}",
        '~' => "\\~{}",
        _ => letter.ToString(),
    }));
}
