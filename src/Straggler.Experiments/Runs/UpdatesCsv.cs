using Straggler.Checkpoints;
using Straggler.Metrics;
using Straggler.Recording;

namespace Straggler.Experiments;

/// <summary>Writes updates.csv: a row for each arrival, in order. Whole lines are on the disk at each evaluation.</summary>
public sealed class UpdatesCsv : IRunObserver, IStateful, IDisposable
{
    private readonly CsvWriter _csv;

    /// <summary>Makes the file, or opens one to be loaded.</summary>
    /// <param name="path">The file.</param>
    /// <param name="continued">Whether it exists and <see cref="Load"/> will be called; else it must not exist.</param>
    /// <exception cref="RunDirectoryException">It cannot be made or opened.</exception>
    public UpdatesCsv(string path, bool continued = false)
        : this(new CsvWriter(path, continued), continued)
    {
    }

    internal UpdatesCsv(CsvWriter csv, bool continued = false)
    {
        _csv = csv;
        if (continued)
        {
            return;
        }

        foreach (string column in Columns)
        {
            _csv.Field(column);
        }

        _csv.EndRow();
    }

    /// <summary>The columns; a public contract.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "arrival", "virtual_time", "client", "dispatch_virtual_time", "base_version", "version",
        "staleness", "weight", "samples", "train_loss", "outcome",
        "download_time", "compute_time", "upload_time",
    ];

    /// <inheritdoc/>
    /// <exception cref="RunDirectoryException">The file cannot be written.</exception>
    public void OnUpdate(in UpdateRecord update)
    {
        _csv.Field(update.Arrival);
        _csv.Field(update.VirtualTime);
        _csv.Field(update.Client);
        _csv.Field(update.DispatchVirtualTime);
        _csv.Field(update.BaseVersion);
        _csv.Field(update.Version);
        _csv.Field(update.Staleness);
        _csv.Field(update.Weight);
        _csv.Field(update.Samples);
        _csv.Field(update.TrainLoss);
        _csv.Field(update.Outcome.Word());
        _csv.Field(update.Parts.Download.Seconds);
        _csv.Field(update.Parts.Compute.Seconds);
        _csv.Field(update.Parts.Upload.Seconds);
        _csv.EndRow();
    }

    /// <inheritdoc/>
    /// <exception cref="RunDirectoryException">The file cannot be written.</exception>
    public void OnLost(in UpdateRecord task) => OnUpdate(task);

    /// <inheritdoc/>
    /// <exception cref="RunDirectoryException">The file cannot be written.</exception>
    public void OnEvaluation(EvaluationRecord evaluation) => _csv.Flush();

    /// <inheritdoc/>
    /// <exception cref="RunDirectoryException">The file cannot be written.</exception>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_csv.Sync());
    }

    /// <inheritdoc/>
    /// <remarks>Rows that came later are cut off.</remarks>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _csv.CutTo(reader.ReadInt64());
    }

    /// <inheritdoc/>
    public void Dispose() => _csv.Dispose();
}
