using Parquet;
using Parquet.Schema;
using Straggler.Metrics;
using Straggler.Recording;

namespace Straggler.Experiments;

/// <summary>Writes updates.parquet: the columns of updates.csv, in row groups that leave the memory as they fill.</summary>
/// <remarks>
/// The file is readable once it is complete, so it has a temporary name until then. Where nothing was trained <c>train_loss</c> is NaN.
/// </remarks>
public sealed class UpdatesParquet : IRunObserver, IDisposable
{
    /// <summary>Rows of a group; the last one may have fewer.</summary>
    public const int RowsPerGroup = 1 << 18;

    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _file;
    private readonly ParquetWriter _writer;
    private readonly Column[] _columns;
    private int _rows;
    private bool _closed;

    /// <summary>Makes the file.</summary>
    /// <param name="path">The file; it must not exist.</param>
    /// <exception cref="RunDirectoryException">It cannot be made.</exception>
    public UpdatesParquet(string path)
    {
        _path = path;
        _temporary = path + ".tmp";
        _columns =
        [
            new Column<long>("arrival", (in UpdateRecord update) => update.Arrival),
            new Column<double>("virtual_time", (in UpdateRecord update) => update.VirtualTime),
            new Column<int>("client", (in UpdateRecord update) => update.Client),
            new Column<double>("dispatch_virtual_time", (in UpdateRecord update) => update.DispatchVirtualTime),
            new Column<long>("base_version", (in UpdateRecord update) => update.BaseVersion),
            new Column<long>("version", (in UpdateRecord update) => update.Version),
            new Column<long>("staleness", (in UpdateRecord update) => update.Staleness),
            new Column<double>("weight", (in UpdateRecord update) => update.Weight),
            new Column<int>("samples", (in UpdateRecord update) => update.Samples),
            new Column<double>("train_loss", (in UpdateRecord update) => update.TrainLoss),
            new WordColumn("outcome", (in UpdateRecord update) => UpdatesCsv.Word(update.Outcome)),
        ];
        FileStream? file = null;
        ParquetWriter? writer = null;
        RunDirectoryException.Guard(path, () =>
        {
            file = new(_temporary, FileMode.Create, FileAccess.Write, FileShare.Read);
            ParquetSchema schema = new(_columns.Select(column => column.Field));
            writer = ParquetWriter.CreateAsync(schema, file).GetAwaiter().GetResult();
        });
        (_file, _writer) = (file!, writer!);
    }

    private delegate T Cell<T>(in UpdateRecord update);

    /// <inheritdoc/>
    /// <exception cref="RunDirectoryException">The file cannot be written.</exception>
    public void OnUpdate(in UpdateRecord update)
    {
        foreach (Column column in _columns)
        {
            column.Set(_rows, update);
        }

        if (++_rows == RowsPerGroup)
        {
            RunDirectoryException.Guard(_path, WriteGroup);
        }
    }

    /// <inheritdoc/>
    public void OnEvaluation(EvaluationRecord evaluation)
    {
    }

    /// <summary>Writes the rest and gives the file its name.</summary>
    /// <exception cref="RunDirectoryException">It cannot be written.</exception>
    public void Dispose()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        using FileStream file = _file;
        RunDirectoryException.Guard(_path, () =>
        {
            if (_rows > 0)
            {
                WriteGroup();
            }

            _writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
            _file.Flush(flushToDisk: true);
            File.Move(_temporary, _path);
        });
    }

    private void WriteGroup()
    {
        using ParquetRowGroupWriter group = _writer.CreateRowGroup();
        foreach (Column column in _columns)
        {
            column.WriteAsync(group, _rows).GetAwaiter().GetResult();
        }

        _rows = 0;
    }

    /// <summary>A column's part of the group that is being filled.</summary>
    private abstract class Column
    {
        public abstract DataField Field { get; }

        public abstract void Set(int row, in UpdateRecord update);

        public abstract Task WriteAsync(ParquetRowGroupWriter group, int rows);
    }

    private sealed class Column<T>(string name, Cell<T> cell) : Column
        where T : struct
    {
        private readonly T[] _values = new T[RowsPerGroup];

        public override DataField Field { get; } = new DataField<T>(name);

        public override void Set(int row, in UpdateRecord update) => _values[row] = cell(update);

        public override Task WriteAsync(ParquetRowGroupWriter group, int rows) => group.WriteAsync<T>(Field, _values.AsMemory(0, rows));
    }

    private sealed class WordColumn(string name, Cell<string> cell) : Column
    {
        private readonly string[] _values = new string[RowsPerGroup];

        public override DataField Field { get; } = new(name, typeof(string), isNullable: false);

        public override void Set(int row, in UpdateRecord update) => _values[row] = cell(update);

        public override Task WriteAsync(ParquetRowGroupWriter group, int rows) =>
            group.WriteAsync(Field, new ArraySegment<string>(_values, 0, rows));
    }
}
