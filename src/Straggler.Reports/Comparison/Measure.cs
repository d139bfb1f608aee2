using System.Collections.Immutable;
using System.Globalization;
using Straggler.Reports.Records;

namespace Straggler.Reports.Comparison;

/// <summary>Something that is measured of each run of a scenario.</summary>
/// <param name="Name">Its name in tables of numbers.</param>
/// <param name="Label">Its name for readers, with the unit.</param>
/// <param name="HigherIsBetter">Which way is better.</param>
/// <param name="IsFraction">Whether it is shown in per cent.</param>
/// <param name="Raw">The value of a run; NaN where it has none, infinite for a time of what never happened.</param>
/// <param name="Limit">
/// For a time until something happens, how long all runs were watched: a run in which it had not happened by then counts with this time,
/// and the mean is the restricted mean. Null for what is always seen.
/// </param>
/// <remarks>
/// Restricted means: Royston, Parmar, "Restricted mean survival time", BMC Medical Research Methodology 13:152, 2013. Here every run is
/// watched at least as long as the limit, so that min(time, limit) is known of each, and means and paired tests of it need no more.
/// </remarks>
internal sealed record Measure(string Name, string Label, bool HigherIsBetter, bool IsFraction, Func<ComparedRun, double> Raw, double? Limit = null)
{
    private const double Megabyte = 1e6;

    /// <summary>The <see cref="Unit"/> of times.</summary>
    public const string InVirtualTime = "virtual seconds";

    /// <summary>What times to targets are measured in, and in the names of files.</summary>
    public static ImmutableArray<(string Words, string Slug)> Units { get; } = [(InVirtualTime, "virtual-time"), ("arrivals", "arrivals"), ("MB sent to the server", "megabytes-up")];

    /// <summary>The accuracy that is to be reached; NaN for what is no time until one is.</summary>
    public double Target { get; init; } = double.NaN;

    /// <summary>What it is timed in: virtual seconds, arrivals or megabytes; null for what is always seen.</summary>
    public string? Unit { get; init; }

    /// <summary>The value of a run, a time restricted to the limit.</summary>
    public double Value(ComparedRun run) => Limit is { } limit ? Math.Min(Raw(run), limit) : Raw(run);

    /// <summary>Whether what is timed happened in a run within the limit.</summary>
    public bool Happened(ComparedRun run) => Limit is not { } limit || Raw(run) <= limit;

    /// <summary>The measures of a scenario.</summary>
    /// <param name="scenario">The scenario; all budgets are what every one of its runs has come to, if no others are given.</param>
    /// <param name="targets">Accuracies to be reached.</param>
    /// <param name="time">Virtual seconds at which runs are compared; null for as long as all went on.</param>
    /// <param name="arrivals">Arrivals at which they are compared; null likewise.</param>
    public static ImmutableArray<Measure> Of(Scenario scenario, IReadOnlyList<double> targets, double? time, double? arrivals)
    {
        double until = Math.Min(time ?? double.PositiveInfinity, scenario.CommonTime), events = Math.Min(arrivals ?? double.PositiveInfinity, scenario.CommonArrivals);
        return
        [
            new("final_accuracy", "final accuracy", true, true, run => run.Evaluations[^1].Accuracy),
            new("accuracy_at_time", Invariant($"accuracy at {until:G4} s"), true, true, run => run.AccuracyWhile(row => row.VirtualTime <= until)),
            new("accuracy_at_arrivals", Invariant($"accuracy at {events:G6} arrivals"), true, true, run => run.AccuracyWhile(row => row.Arrival <= events)),
            new("mean_accuracy_over_time", Invariant($"mean accuracy to {until:G4} s"), true, true, run => Area(run, until) / until),
            .. targets.SelectMany(target => Targets(scenario, target, until, events)),
            new("worst_tenth_accuracy", "accuracy of the worst tenth of clients", true, true, run => run.Evaluations[^1].WorstTenth),
            new("staleness_mean", "mean staleness", false, false, run => run.Evaluations[^1].StalenessMean),
        ];
    }

    private static IEnumerable<Measure> Targets(Scenario scenario, double target, double until, double events)
    {
        string percent = (100 * target).ToString("0.##", CultureInfo.InvariantCulture), name = percent.Replace('.', '_');
        double traffic = scenario.Runs.Min(run => run.Evaluations[^1].BytesUp) / Megabyte;
        yield return new($"time_to_{name}", $"virtual seconds to {percent} %", false, false, run => First(run, target, row => row.VirtualTime), until) { Target = target, Unit = Units[0].Words };
        yield return new($"arrivals_to_{name}", $"arrivals to {percent} %", false, false, run => First(run, target, row => row.Arrival), events) { Target = target, Unit = Units[1].Words };
        yield return new($"megabytes_to_{name}", $"MB sent up to {percent} %", false, false, run => First(run, target, row => row.BytesUp / Megabyte), traffic) { Target = target, Unit = Units[2].Words };
    }

    private static double First(ComparedRun run, double target, Func<EvaluationRow, double> value) =>
        run.Evaluations.FirstOrDefault(row => row.Accuracy >= target) is { } reached ? value(reached) : double.PositiveInfinity;

    /// <summary>The area under the accuracy, which keeps its value until the next evaluation.</summary>
    private static double Area(ComparedRun run, double until)
    {
        double area = 0;
        for (int index = 0; index < run.Evaluations.Length && run.Evaluations[index].VirtualTime < until; index++)
        {
            double end = index + 1 < run.Evaluations.Length ? Math.Min(until, run.Evaluations[index + 1].VirtualTime) : until;
            area += run.Evaluations[index].Accuracy * (end - run.Evaluations[index].VirtualTime);
        }

        return area;
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
