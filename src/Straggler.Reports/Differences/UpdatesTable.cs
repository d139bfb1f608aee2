using System.Collections.Immutable;
using System.Globalization;
using Straggler.Recording;
using Straggler.Reports.Records;

namespace Straggler.Reports.Differences;

/// <summary>A run's record of arrivals, however it is stored, as a table to be held against another.</summary>
/// <param name="rows">The rows; disposed with the table.</param>
internal sealed class UpdatesTable(UpdateRows rows) : IRecordTable
{
    private static readonly (string Name, Func<UpdateRecord, string> Text)[] _always =
    [
        ("arrival", row => Whole(row.Arrival)),
        ("virtual_time", row => NumberText.Exact(row.VirtualTime)),
        ("client", row => Whole(row.Client)),
        ("dispatch_virtual_time", row => NumberText.Exact(row.DispatchVirtualTime)),
        ("base_version", row => Whole(row.BaseVersion)),
        ("version", row => Whole(row.Version)),
        ("staleness", row => Whole(row.Staleness)),
        ("weight", row => NumberText.Exact(row.Weight)),
        ("samples", row => Whole(row.Samples)),
        ("train_loss", row => NumberText.Exact(row.TrainLoss)),
        ("outcome", row => row.Outcome.Word()),
    ];

    private static readonly (string Name, Func<UpdateRecord, string> Text)[] _parts =
    [
        ("download_time", row => NumberText.Exact(row.Parts.Download.Seconds)),
        ("compute_time", row => NumberText.Exact(row.Parts.Compute.Seconds)),
        ("upload_time", row => NumberText.Exact(row.Parts.Upload.Seconds)),
    ];

    private static readonly (string Name, Func<UpdateRecord, string> Text)[] _columns = [.. _always, .. _parts];

    /// <summary>The columns that such a table may have.</summary>
    public static ImmutableArray<string> Names { get; } = NamesOf(_columns);

    /// <summary>Those of them that tables written by earlier versions lack.</summary>
    public static ImmutableArray<string> Optional { get; } = NamesOf(_parts);

    /// <inheritdoc/>
    public IReadOnlyList<string> Columns { get; } = NamesOf(rows.HasParts ? _columns : _always);

    private UpdateRecord Current => rows.Current;

    /// <summary>The file that holds a run's arrivals; null where it has none.</summary>
    public static string? Find(string directory)
    {
        using UpdateRows? rows = UpdateRows.Open(directory);
        return rows?.FileName;
    }

    /// <summary>Opens a run's record, which is there.</summary>
    public static UpdatesTable Open(string directory) =>
        new(UpdateRows.Open(directory) ?? throw new ReportException($"{directory}: the record of arrivals has gone while it was read."));

    /// <inheritdoc/>
    public bool Read() => rows.Read();

    /// <inheritdoc/>
    public string Text(int column) => _columns[column].Text(rows.Current);

    /// <inheritdoc/>
    public bool IsSurelyThatOf(IRecordTable other) => other is UpdatesTable { Current: var theirs } && rows.Current.Equals(theirs);

    /// <inheritdoc/>
    public void Dispose() => rows.Dispose();

    private static ImmutableArray<string> NamesOf((string Name, Func<UpdateRecord, string> Text)[] columns) => [.. columns.Select(column => column.Name)];

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);
}
