using System.Collections.Immutable;
using Straggler.Reports.Records;

namespace Straggler.Dashboard.Runs;

/// <summary>The evaluations of a run as columns of metrics.csv.</summary>
internal sealed class Curve
{
    /// <summary>The columns that pages draw; those before the last are the file's of the same name.</summary>
    public static ImmutableArray<string> Columns { get; } =
    [
        "arrival", "virtual_time", "server_steps", "loss", "accuracy", "client_worst10", "client_best10", "staleness_mean", "staleness_p90",
        "bytes_down", "bytes_up", "wall_seconds",
    ];

    private readonly List<double>[] _values = [.. Columns.Select(_ => new List<double>())];

    /// <summary>Evaluations read.</summary>
    public int Count => _values[0].Count;

    /// <summary>Changes when the rows begin anew.</summary>
    public int Generation { get; private set; }

    /// <summary>A column.</summary>
    public IReadOnlyList<double> this[string column] => _values[Columns.IndexOf(column)];

    /// <summary>A column's last value; NaN before the first.</summary>
    public double Last(string column) => this[column] is [.., var last] ? last : double.NaN;

    /// <summary>Forgets all rows.</summary>
    public void Clear()
    {
        Generation++;
        foreach (List<double> column in _values)
        {
            column.Clear();
            column.TrimExcess();
        }
    }

    /// <summary>Takes rows of metrics.csv in; a column that the file lacks is NaN.</summary>
    /// <exception cref="Straggler.Reports.ReportException">A row is damaged.</exception>
    public void Take(CsvReader csv)
    {
        int[] places = [.. Columns.Select(csv.OptionalColumn)];
        double[] row = new double[places.Length];
        while (csv.Read())
        {
            for (int column = 0; column < row.Length; column++)
            {
                row[column] = places[column] < 0 ? double.NaN : csv.Number(places[column]);
            }

            for (int column = 0; column < row.Length; column++)
            {
                _values[column].Add(row[column]);
            }
        }
    }
}
