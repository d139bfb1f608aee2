using System.Collections.Immutable;
using Straggler.Inference;

namespace Straggler.Reports.Comparison;

/// <summary>A comparison's numbers.</summary>
/// <param name="Level">The level of its confidence intervals.</param>
/// <param name="Scenarios">Its scenarios.</param>
internal sealed record ComparisonResult(double Level, ImmutableArray<ScenarioResult> Scenarios)
{
    /// <summary>Measures and tests everything.</summary>
    /// <param name="design">The runs in their places.</param>
    /// <param name="options">Budgets, targets, baseline, level.</param>
    /// <exception cref="ReportException">The baseline is no method of a scenario.</exception>
    public static ComparisonResult Of(ComparisonDesign design, ComparisonOptions options) =>
        new(options.Level, [.. design.Scenarios.Select(scenario => Of(scenario, options))]);

    private static ScenarioResult Of(Scenario scenario, ComparisonOptions options)
    {
        Method? baseline = options.Baseline is null ? null : scenario.Methods.FirstOrDefault(method => method.Label == options.Baseline)
            ?? throw new ReportException($"--baseline: \"{options.Baseline}\" is no method of {scenario.Label}. Allowed: {string.Join(", ", scenario.Methods.Select(method => method.Label))}.");
        return new(scenario, [.. Measure.Of(scenario, options.Targets, options.Time, options.Arrivals)
            .Where(measure => scenario.Runs.Any(run => !double.IsNaN(measure.Value(run))) && scenario.Runs.Any(measure.Happened))
            .Select(measure => MeasureResult.Of(scenario, measure, baseline, options.Level))]);
    }
}

/// <summary>A scenario's numbers.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Measures">A result for each measure that any of its runs has.</param>
internal sealed record ScenarioResult(Scenario Scenario, ImmutableArray<MeasureResult> Measures);

/// <summary>One measure of all methods of a scenario.</summary>
/// <param name="Measure">The measure.</param>
/// <param name="Methods">Each method's numbers, in the scenario's order.</param>
/// <param name="Tests">Paired tests against the reference, one for each other method; empty without pairs.</param>
internal sealed record MeasureResult(Measure Measure, ImmutableArray<MethodResult> Methods, ImmutableArray<TestResult> Tests)
{
    /// <summary>Measures a scenario.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="measure">The measure.</param>
    /// <param name="baseline">What the others are tested against; null for the best method of this measure.</param>
    /// <param name="level">The level of confidence intervals.</param>
    public static MeasureResult Of(Scenario scenario, Measure measure, Method? baseline, double level)
    {
        string[] seeds = [.. scenario.Methods.SelectMany(method => method.Runs.Keys).Distinct()];
        double[][] values = [.. scenario.Methods.Select(method => seeds
            .Select(seed => method.Runs.TryGetValue(seed, out ComparedRun? run) ? measure.Value(run) : double.NaN).ToArray())];
        double[] ranks = Ranks.Mean(values, measure.HigherIsBetter);
        ImmutableArray<MethodResult> methods = [.. scenario.Methods.Select((method, index) => new MethodResult(
            method.Label, SampleSummary.Of(values[index], level), method.Runs.Values.Count(measure.Happened), MedianOf(method, measure), ranks[index]))];
        int reference = baseline is null ? Best(methods, measure) : scenario.Methods.IndexOf(baseline);
        return new(measure, methods, Test(methods, values, reference, level));
    }

    private static int Best(ImmutableArray<MethodResult> methods, Measure measure)
    {
        IEnumerable<(MethodResult Method, int Index)> known = methods.Select((method, index) => (method, index)).Where(pair => pair.method.Summary.Count > 0);
        return measure.HigherIsBetter ? known.MaxBy(pair => pair.Method.Summary.Mean).Index : known.MinBy(pair => pair.Method.Summary.Mean).Index;
    }

    /// <summary>The median; infinite where fewer than half of the runs came to what is timed.</summary>
    private static double MedianOf(Method method, Measure measure)
    {
        double[] sorted = [.. method.Runs.Values.Where(run => !double.IsNaN(measure.Value(run)))
            .Select(run => measure.Happened(run) ? measure.Value(run) : double.PositiveInfinity).Order()];
        return sorted.Length == 0 ? double.NaN
            : sorted.Length % 2 == 1 ? sorted[sorted.Length / 2]
            : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static ImmutableArray<TestResult> Test(ImmutableArray<MethodResult> methods, double[][] values, int reference, double level)
    {
        int[] others = [.. Enumerable.Range(0, methods.Length).Where(index => index != reference)];
        PairedComparison[] comparisons = [.. others.Select(index => PairedComparison.Of(values[index], values[reference], level))];
        double[] adjusted = Holm.Adjust([.. comparisons.Select(comparison => comparison.TTest)]);
        return [.. others.Select((index, place) => new TestResult(methods[index].Label, methods[reference].Label, comparisons[place], adjusted[place]))
            .Where(test => test.Comparison.Pairs > 0)];
    }
}

/// <summary>One measure of one method.</summary>
/// <param name="Label">The method.</param>
/// <param name="Summary">Mean and interval over seeds; of times the restricted mean.</param>
/// <param name="Happened">Runs that came to what is timed; all, where nothing is.</param>
/// <param name="Median">The median over seeds; infinite where fewer than half came to it.</param>
/// <param name="MeanRank">Mean rank over the seeds that all methods have; 1 is the best.</param>
internal sealed record MethodResult(string Label, SampleSummary Summary, int Happened, double Median, double MeanRank);

/// <summary>A paired test of a method against the reference.</summary>
/// <param name="Label">The method.</param>
/// <param name="Reference">The reference.</param>
/// <param name="Comparison">Method − reference over the seeds that both have.</param>
/// <param name="Adjusted">The t-test's p-value by Holm's correction for the methods of the scenario.</param>
internal sealed record TestResult(string Label, string Reference, PairedComparison Comparison, double Adjusted);
