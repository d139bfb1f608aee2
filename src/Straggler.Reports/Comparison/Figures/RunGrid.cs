using System.Collections.Immutable;

namespace Straggler.Reports.Comparison;

/// <summary>Runs by the two settings in which they differ.</summary>
/// <param name="RowLabel">What the rows are.</param>
/// <param name="Rows">The values of the one setting.</param>
/// <param name="ColumnLabel">What the columns are.</param>
/// <param name="Columns">The values of the other.</param>
internal sealed record RunGrid(string RowLabel, ImmutableArray<string> Rows, string ColumnLabel, ImmutableArray<string> Columns)
{
    private ImmutableDictionary<(string, string), ImmutableArray<ComparedRun>> _runs = ImmutableDictionary<(string, string), ImmutableArray<ComparedRun>>.Empty;

    /// <summary>The runs of a cell.</summary>
    public IReadOnlyList<ComparedRun> At(int row, int column) => _runs.GetValueOrDefault((Rows[row], Columns[column]), []);

    /// <summary>Finds the two settings.</summary>
    /// <param name="result">The comparison.</param>
    /// <returns>
    /// The keys, where two tell all runs apart but for the seed; else methods by scenarios; null where there is only one of either, or the
    /// runs lie along one line.
    /// </returns>
    public static RunGrid? Of(ComparisonResult result)
    {
        (ComparedRun Run, string Method, string Scenario)[] runs = [.. from scenario in result.Scenarios
            from method in scenario.Scenario.Methods from run in method.Runs.Values select (run, method.Label, scenario.Scenario.Label)];
        string[] keys = [.. Independent([.. runs.Select(run => run.Run)])];
        if (keys.Length == 2)
        {
            return Of(ComparisonDesign.Short(keys[0]), ComparisonDesign.Short(keys[1]), runs.Select(run => (run.Run, Value(run.Run, keys[0]), Value(run.Run, keys[1]))));
        }

        bool crossed = result.Scenarios.Length > 1 && runs.Select(run => run.Method).Distinct().Count() > 1;
        return crossed ? Of("method", "scenario", runs.Select(run => (run.Run, run.Method, run.Scenario))) : null;
    }

    private static RunGrid Of(string rowLabel, string columnLabel, IEnumerable<(ComparedRun Run, string Row, string Column)> runs)
    {
        (ComparedRun Run, string Row, string Column)[] all = [.. runs];
        return new(rowLabel, Ordered(all.Select(run => run.Row)), columnLabel, Ordered(all.Select(run => run.Column)))
        {
            _runs = all.GroupBy(run => (run.Row, run.Column), run => run.Run).ToImmutableDictionary(cell => cell.Key, cell => cell.ToImmutableArray()),
        };
    }

    private static ImmutableArray<string> Ordered(IEnumerable<string> values)
    {
        string[] distinct = [.. values.Distinct()];
        return [.. distinct.OrderBy(SettingOrder.Of(distinct))];
    }

    /// <summary>The differing keys without those that another key implies: a strategy's options differ with its name. Names come first.</summary>
    private static List<string> Independent(ComparedRun[] runs)
    {
        List<string> kept = [];
        foreach (string key in ComparisonDesign.Differing(runs).OrderByDescending(key => key.EndsWith(".name", StringComparison.Ordinal)))
        {
            bool implied = kept.Any(other => runs.GroupBy(run => Value(run, other)).All(group => group.Select(run => Value(run, key)).Distinct().Count() == 1));
            if (!implied)
            {
                kept.Add(key);
            }
        }

        return kept;
    }

    private static string Value(ComparedRun run, string key) => SettingOrder.Plain(run.Settings.GetValueOrDefault(key, "–"));
}
