using System.Globalization;
using System.Text;
using Straggler.Recording;

namespace Straggler.Experiments.Sweeps;

/// <summary>sweep.csv: a row for each trial, with its values and what it came to.</summary>
public static class SweepCsv
{
    private static readonly (string Name, Func<RunSummary, double> Value)[] _columns =
    [
        ("final_accuracy", summary => summary.Final.Accuracy),
        ("best_accuracy", summary => summary.BestAccuracy),
        ("final_loss", summary => summary.Final.Loss),
        ("accuracy_auc", summary => summary.AccuracyAuc),
        ("virtual_time", summary => summary.VirtualTime),
        ("arrivals", summary => summary.Arrivals),
        ("server_steps", summary => summary.ServerSteps),
        ("staleness_mean", summary => summary.Staleness.Mean),
        ("staleness_p90", summary => summary.Staleness.P90),
        ("wall_seconds", summary => summary.WallSeconds),
    ];

    /// <summary>Writes the table, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sweep">The sweep.</param>
    /// <param name="results">Its trials as they stand.</param>
    /// <exception cref="RunDirectoryException">It cannot be written.</exception>
    public static void Write(string path, Sweep sweep, IReadOnlyList<TrialResult> results)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        ArgumentNullException.ThrowIfNull(results);
        double[] targets = [.. results.SelectMany(result => result.Summary?.Targets ?? []).Select(target => target.Accuracy).Distinct().Order()];
        StringBuilder text = new();
        Row(text, ["trial", "state", .. sweep.Keys, .. _columns.Select(column => column.Name), .. targets.SelectMany(Names), "problem"]);
        foreach (TrialResult result in results)
        {
            Row(text,
            [
                result.Trial.Name, result.StateWord,
                .. sweep.Keys.Select(key => result.Trial.Values.LastOrDefault(value => value.Key == key).Value ?? ""),
                .. _columns.Select(column => result.Summary is { } summary ? Number(column.Value(summary)) : ""),
                .. targets.SelectMany(target => Reached(result.Summary, target)),
                result.Problem,
            ]);
        }

        AtomicFile.WriteText(path, text.ToString());
    }

    private static string[] Names(double target)
    {
        string percent = Number(100 * target).Replace('.', '_');
        return [$"virtual_time_to_{percent}", $"arrivals_to_{percent}"];
    }

    private static string[] Reached(RunSummary? summary, double target)
    {
        TargetSummary? reached = summary?.Targets.FirstOrDefault(one => one.Accuracy.Equals(target));
        return [Number(reached?.VirtualTime ?? double.NaN), Number(reached?.Arrivals ?? double.NaN)];
    }

    private static string Number(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);

    private static void Row(StringBuilder text, IEnumerable<string> fields) => text.AppendJoin(',', fields.Select(CsvField.Quote)).Append('\n');
}
