using Parquet;
using Parquet.Schema;
using Straggler.Delays;
using Straggler.Recording;

namespace Straggler.Reports.Records;

/// <summary>The rows of updates.parquet, read a row group at a time.</summary>
internal sealed class ParquetUpdateRows : UpdateRows
{
    private static readonly (string Word, UpdateOutcome Outcome)[] _outcomes = [.. Enum.GetValues<UpdateOutcome>().Select(outcome => (outcome.Word(), outcome))];

    private readonly Stream _stream;
    private readonly ParquetReader _file;
    private readonly Column<long> _arrival = new("arrival");
    private readonly Column<double> _virtualTime = new("virtual_time");
    private readonly Column<int> _client = new("client");
    private readonly Column<double> _dispatchVirtualTime = new("dispatch_virtual_time");
    private readonly Column<long> _baseVersion = new("base_version");
    private readonly Column<long> _version = new("version");
    private readonly Column<double> _weight = new("weight");
    private readonly Column<int> _samples = new("samples");
    private readonly Column<double> _trainLoss = new("train_loss");
    private readonly Column<ReadOnlyMemory<char>> _outcome = new("outcome");
    private readonly Column<double> _download = new("download_time");
    private readonly Column<double> _compute = new("compute_time");
    private readonly Column<double> _upload = new("upload_time");
    private readonly Column[] _columns;
    private int _group;
    private int _row;
    private int _rows;
    private long _rowsBefore;

    /// <summary>Reads the footer.</summary>
    /// <param name="stream">The file; disposed with the rows.</param>
    /// <param name="path">Its name for messages.</param>
    /// <exception cref="ReportException">It is no Parquet file, or a column is missing.</exception>
    public ParquetUpdateRows(Stream stream, string path)
        : base(path)
    {
        _stream = stream;
        _file = Guard(() => ParquetReader.CreateAsync(stream, leaveStreamOpen: true).GetAwaiter().GetResult());
        DataField[] fields = _file.Schema.GetDataFields();
        Column[] parts = [_download, _compute, _upload];
        HasParts = parts.All(part => fields.Any(field => field.Name == part.Name));
        _columns = [_arrival, _virtualTime, _client, _dispatchVirtualTime, _baseVersion, _version, _weight, _samples, _trainLoss, _outcome, .. HasParts ? parts : []];
        foreach (Column column in _columns)
        {
            column.Field = Find(fields, column.Name, column.Type);
        }
    }

    /// <inheritdoc/>
    public override bool Read()
    {
        while (_row == _rows)
        {
            if (_group == _file.RowGroupCount)
            {
                return false;
            }

            ReadGroup();
        }

        int row = _row++;
        (long baseVersion, long version) = (_baseVersion.Values[row], _version.Values[row]);
        Current = new(
            _arrival.Values[row], _virtualTime.Values[row], _client.Values[row], _dispatchVirtualTime.Values[row], baseVersion, version,
            _weight.Values[row], _samples.Values[row], _trainLoss.Values[row], Outcome(_outcome.Values[row].Span))
        {
            Parts = HasParts ? new(new(_download.Values[row]), new(_compute.Values[row]), new(_upload.Values[row])) : TaskDelay.Unknown,
        };
        return baseVersion >= 0 && baseVersion <= version && Current.Client >= 0 ? true
            : throw Fault($"client {Current.Client}, base_version {baseVersion}, version {version}: out of range");
    }

    private protected override void Close() => _stream.Dispose();

    private void ReadGroup()
    {
        _rowsBefore += _rows;
        Guard(() =>
        {
            using ParquetRowGroupReader group = _file.OpenRowGroupReader(_group);
            int rows = checked((int)group.RowCount);
            foreach (Column column in _columns)
            {
                column.Read(group, rows);
            }

            return _rows = rows;
        });
        _group++;
        _row = 0;
    }

    private UpdateOutcome Outcome(ReadOnlySpan<char> text)
    {
        foreach ((string word, UpdateOutcome outcome) in _outcomes)
        {
            if (text.SequenceEqual(word))
            {
                return outcome;
            }
        }

        throw Fault($"outcome: \"{text}\" is none. Allowed: {string.Join(", ", _outcomes.Select(pair => pair.Word))}");
    }

    private ReportException Fault(string what) => new($"{Path}: row {_rowsBefore + _row}: {what}.");

    private DataField Find(DataField[] fields, string name, Type type) =>
        fields.FirstOrDefault(field => field.Name == name && field.ClrType == type) ?? throw new ReportException(
            $"{Path}: the column \"{name}\" of type {type.Name} is missing. Found: {string.Join(", ", fields.Select(field => $"{field.Name} ({field.ClrType.Name})"))}.");

    /// <summary>A damaged file makes the decoders fail in many ways; all of them mean the same to the reader.</summary>
    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            throw new ReportException($"{Path}: cannot be read as Parquet; it may be cut off or damaged: {fault.Message}", fault);
        }
    }

    private abstract class Column(string name, Type type)
    {
        public string Name => name;

        public Type Type => type;

        public DataField? Field { get; set; }

        public abstract void Read(ParquetRowGroupReader group, int rows);
    }

    private sealed class Column<T>(string name) : Column(name, typeof(T))
        where T : struct
    {
        public T[] Values { get; private set; } = [];

        public override void Read(ParquetRowGroupReader group, int rows)
        {
            Values = Values.Length == rows ? Values : new T[rows];
            group.ReadAsync<T>(Field!, Values.AsMemory()).AsTask().GetAwaiter().GetResult();
        }
    }
}
