using System.Globalization;
using Straggler.Metrics;
using Straggler.Recording;

namespace Straggler.Experiments;

/// <summary>Writes metrics.csv: a row for each evaluation, on the disk at once.</summary>
public sealed class MetricsCsv : IRunObserver, IDisposable
{
    private readonly CsvWriter _csv;
    private readonly TimeProvider _clock;
    private readonly long _start;
    private string[]? _columns;

    /// <summary>Makes the file; wall seconds count from now.</summary>
    /// <param name="path">The file; it must not exist.</param>
    /// <param name="clock">The wall clock.</param>
    /// <exception cref="RunDirectoryException">It cannot be made.</exception>
    public MetricsCsv(string path, TimeProvider clock)
        : this(new CsvWriter(path), clock)
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

        foreach (double accuracy in evaluation.ClassAccuracy)
        {
            _csv.Field(accuracy);
        }

        _csv.Field(_clock.GetElapsedTime(_start).TotalSeconds);
        _csv.EndRow();
        _csv.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _csv.Dispose();

    private static string[] ColumnsOf(EvaluationRecord evaluation) =>
    [
        "arrival", "virtual_time", "server_steps", "loss", "accuracy",
        .. evaluation.Metrics.Select(metric => metric.Key),
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
