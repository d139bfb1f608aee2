using Parquet;
using Parquet.Schema;
using Straggler.Recording;

namespace Straggler.Experiments;

/// <summary>Writes arrivals into a Parquet row group, column by column: the columns of updates.csv.</summary>
/// <remarks>Where nothing was trained <c>train_loss</c> is NaN, and so is the time of a part that is not known.</remarks>
/// <param name="mostRows">Rows of the largest group.</param>
internal sealed class UpdateColumns(int mostRows)
{
    private readonly Column[] _columns =
    [
        new Column<long>("arrival", mostRows, (in UpdateRecord update) => update.Arrival),
        new Column<double>("virtual_time", mostRows, (in UpdateRecord update) => update.VirtualTime),
        new Column<int>("client", mostRows, (in UpdateRecord update) => update.Client),
        new Column<double>("dispatch_virtual_time", mostRows, (in UpdateRecord update) => update.DispatchVirtualTime),
        new Column<long>("base_version", mostRows, (in UpdateRecord update) => update.BaseVersion),
        new Column<long>("version", mostRows, (in UpdateRecord update) => update.Version),
        new Column<long>("staleness", mostRows, (in UpdateRecord update) => update.Staleness),
        new Column<double>("weight", mostRows, (in UpdateRecord update) => update.Weight),
        new Column<int>("samples", mostRows, (in UpdateRecord update) => update.Samples),
        new Column<double>("train_loss", mostRows, (in UpdateRecord update) => update.TrainLoss),
        new WordColumn("outcome", mostRows, (in UpdateRecord update) => update.Outcome.Word()),
        new Column<double>("download_time", mostRows, (in UpdateRecord update) => update.Parts.Download.Seconds),
        new Column<double>("compute_time", mostRows, (in UpdateRecord update) => update.Parts.Compute.Seconds),
        new Column<double>("upload_time", mostRows, (in UpdateRecord update) => update.Parts.Upload.Seconds),
    ];

    private delegate T Cell<T>(in UpdateRecord update);

    /// <summary>The columns' names and types.</summary>
    public ParquetSchema Schema => new(_columns.Select(column => column.Field));

    /// <summary>Writes all columns of a group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="rows">Its rows.</param>
    public void Write(ParquetRowGroupWriter group, ReadOnlySpan<UpdateRecord> rows)
    {
        foreach (Column column in _columns)
        {
            column.Write(group, rows);
        }
    }

    private abstract class Column
    {
        public abstract DataField Field { get; }

        public abstract void Write(ParquetRowGroupWriter group, ReadOnlySpan<UpdateRecord> rows);

        protected static void Pick<T>(ReadOnlySpan<UpdateRecord> rows, Cell<T> cell, T[] values)
        {
            for (int row = 0; row < rows.Length; row++)
            {
                values[row] = cell(rows[row]);
            }
        }
    }

    private sealed class Column<T>(string name, int mostRows, Cell<T> cell) : Column
        where T : struct
    {
        private readonly T[] _values = new T[mostRows];

        public override DataField Field { get; } = new DataField<T>(name);

        public override void Write(ParquetRowGroupWriter group, ReadOnlySpan<UpdateRecord> rows)
        {
            Pick(rows, cell, _values);
            group.WriteAsync<T>(Field, _values.AsMemory(0, rows.Length)).GetAwaiter().GetResult();
        }
    }

    private sealed class WordColumn(string name, int mostRows, Cell<string> cell) : Column
    {
        private readonly string[] _values = new string[mostRows];

        public override DataField Field { get; } = new(name, typeof(string), isNullable: false);

        public override void Write(ParquetRowGroupWriter group, ReadOnlySpan<UpdateRecord> rows)
        {
            Pick(rows, cell, _values);
            group.WriteAsync(Field, new ArraySegment<string>(_values, 0, rows.Length)).GetAwaiter().GetResult();
        }
    }
}
