using System.Text;
using Straggler.Delays;
using Straggler.Recording;

namespace Straggler.Reports.Records;

/// <summary>The rows of updates.csv. The last line of a run that still goes on may be cut; it counts as damage.</summary>
internal sealed class CsvUpdateRows : UpdateRows
{
    private static readonly (byte[] Word, UpdateOutcome Outcome)[] _outcomes =
        [.. Enum.GetValues<UpdateOutcome>().Select(outcome => (Encoding.UTF8.GetBytes(outcome.Word()), outcome))];

    private readonly CsvReader _csv;
    private readonly int _arrival;
    private readonly int _virtualTime;
    private readonly int _client;
    private readonly int _dispatchVirtualTime;
    private readonly int _baseVersion;
    private readonly int _version;
    private readonly int _weight;
    private readonly int _samples;
    private readonly int _trainLoss;
    private readonly int _outcome;
    private readonly int _download;
    private readonly int _compute;
    private readonly int _upload;

    /// <summary>Reads the header.</summary>
    /// <param name="stream">The file; disposed with the rows.</param>
    /// <param name="path">Its name for messages.</param>
    /// <exception cref="ReportException">A column is missing.</exception>
    public CsvUpdateRows(Stream stream, string path)
        : base(path)
    {
        _csv = new(stream, path);
        _arrival = _csv.Column("arrival");
        _virtualTime = _csv.Column("virtual_time");
        _client = _csv.Column("client");
        _dispatchVirtualTime = _csv.Column("dispatch_virtual_time");
        _baseVersion = _csv.Column("base_version");
        _version = _csv.Column("version");
        _weight = _csv.Column("weight");
        _samples = _csv.Column("samples");
        _trainLoss = _csv.Column("train_loss");
        _outcome = _csv.Column("outcome");
        (_download, _compute, _upload) = (_csv.OptionalColumn("download_time"), _csv.OptionalColumn("compute_time"), _csv.OptionalColumn("upload_time"));
        HasParts = _download >= 0 && _compute >= 0 && _upload >= 0;
    }

    /// <inheritdoc/>
    public override bool Read()
    {
        try
        {
            if (!_csv.Read())
            {
                return false;
            }
        }
        catch (IOException fault)
        {
            throw new ReportException($"{Path}: cannot be read: {fault.Message}", fault);
        }

        long version = _csv.Integer(_version);
        Current = new(
            _csv.Integer(_arrival),
            _csv.Number(_virtualTime),
            (int)_csv.Integer(_client, 0, int.MaxValue),
            _csv.Number(_dispatchVirtualTime),
            _csv.Integer(_baseVersion, 0, version),
            version,
            _csv.Number(_weight),
            (int)_csv.Integer(_samples, 0, int.MaxValue),
            _csv.Number(_trainLoss),
            Outcome())
        {
            Parts = HasParts ? new(new(_csv.Number(_download)), new(_csv.Number(_compute)), new(_csv.Number(_upload))) : TaskDelay.Unknown,
        };
        return true;
    }

    private protected override void Close() => _csv.Dispose();

    private UpdateOutcome Outcome()
    {
        foreach ((byte[] word, UpdateOutcome outcome) in _outcomes)
        {
            if (_csv.Is(_outcome, word))
            {
                return outcome;
            }
        }

        string allowed = string.Join(", ", _outcomes.Select(pair => pair.Outcome.Word()));
        throw new ReportException($"{Path}({_csv.Line}): outcome: \"{_csv.Text(_outcome)}\" is none. Allowed: {allowed}.");
    }
}
