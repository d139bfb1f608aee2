using System.Globalization;
using Straggler.Checkpoints;
using Straggler.Metrics;
using Straggler.Recording;

namespace Straggler.Experiments;

/// <summary>Writes metrics.csv: a row for each evaluation, on the disk at once.</summary>
public sealed class MetricsCsv : IRunObserver, IStateful, IDisposable
{
    private readonly CsvWriter _csv;
    private readonly TimeProvider _clock;
    private readonly long _start;
    private double _secondsBefore;
    private string[]? _columns;

    /// <summary>Makes the file, or opens one to be loaded; wall seconds count from now.</summary>
    /// <param name="path">The file.</param>
    /// <param name="clock">The wall clock.</param>
    /// <param name="continued">Whether it exists and <see cref="Load"/> will be called; else it must not exist.</param>
    /// <exception cref="RunDirectoryException">It cannot be made or opened.</exception>
    public MetricsCsv(string path, TimeProvider clock, bool continued = false)
        : this(new CsvWriter(path, continued), clock)
    {
    }

    internal MetricsCsv(CsvWriter csv, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _csv = csv;
        _clock = clock;
        _start = clock.GetTimestamp();
    }

    /// <inheritdoc/>
    public void OnUpdate(in UpdateRecord update)
    {
    }

    /// <inheritdoc/>
    /// <exception cref="RunDirectoryException">The file cannot be written.</exception>
    public void OnEvaluation(EvaluationRecord evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        WriteHeader(ColumnsOf(evaluation));
        _csv.Field(evaluation.Arrival);
        _csv.Field(evaluation.VirtualTime);
        _csv.Field(evaluation.Version);
        _csv.Field(evaluation.Loss);
        _csv.Field(evaluation.Accuracy);
        foreach (KeyValuePair<string, double> metric in evaluation.Metrics)
        {
            _csv.Field(metric.Value);
        }

        _csv.Field(evaluation.EvaluatingClients);
        foreach (double accuracy in evaluation.ClassAccuracy)
        {
            _csv.Field(accuracy);
        }

        _csv.Field(WallSeconds);
        _csv.EndRow();
        _csv.Flush();
    }

    /// <inheritdoc/>
    /// <exception cref="RunDirectoryException">The file cannot be written.</exception>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_csv.Sync());
        writer.Write(WallSeconds);
        writer.Write(string.Join(',', _columns ?? []));
    }

    /// <inheritdoc/>
    /// <remarks>Rows that came later are cut off; wall seconds go on from where they were.</remarks>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _csv.CutTo(reader.ReadInt64());
        _secondsBefore = reader.ReadDouble();
        _columns = reader.ReadString().Split(',');
    }

    /// <inheritdoc/>
    public void Dispose() => _csv.Dispose();

    private double WallSeconds => _secondsBefore + _clock.GetElapsedTime(_start).TotalSeconds;

    private static string[] ColumnsOf(EvaluationRecord evaluation) =>
    [
        "arrival", "virtual_time", "server_steps", "loss", "accuracy",
        .. evaluation.Metrics.Select(metric => metric.Key),
        "evaluating_clients",
        .. Enumerable.Range(0, evaluation.ClassAccuracy.Length).Select(label => string.Create(CultureInfo.InvariantCulture, $"class_accuracy_{label}")),
        "wall_seconds",
    ];

    private void WriteHeader(string[] columns)
    {
        if (_columns is null)
        {
            _columns = columns;
            Array.ForEach(columns, _csv.Field);
            _csv.EndRow();
        }
        else if (!_columns.SequenceEqual(columns))
        {
            throw new InvalidOperationException("The columns of metrics.csv changed during the run.");
        }
    }
}
