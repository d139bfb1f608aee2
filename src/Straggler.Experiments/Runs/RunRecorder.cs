using Straggler.Checkpoints;
using Straggler.Metrics;
using Straggler.Recording;
using Straggler.Simulation;

namespace Straggler.Experiments;

/// <summary>Writes a run's tables into its directory: updates.csv or updates.parquet, unless the plan has it off, and metrics.csv.</summary>
public sealed class RunRecorder : IRunObserver, IStateful, IDisposable
{
    private readonly UpdatesCsv? _updates;
    private readonly UpdatesParquet? _parquet;
    private readonly MetricsCsv _metrics;

    /// <summary>Makes the files, or opens those of a run that goes on; wall seconds count from now.</summary>
    /// <param name="directory">The run's directory.</param>
    /// <param name="plan">The plan; its <c>recording</c> section says what is written.</param>
    /// <param name="clock">The wall clock.</param>
    /// <param name="continued">Whether the files exist and <see cref="Load"/> will be called; else they must not exist.</param>
    /// <exception cref="RunDirectoryException">A file cannot be made or opened.</exception>
    public RunRecorder(RunDirectory directory, ExperimentPlan plan, TimeProvider clock, bool continued = false)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(plan);
        Directory = directory;
        _metrics = new(directory.PathOf("metrics.csv"), clock, continued);
        _parquet = plan.Recording.Updates == UpdateRecording.Parquet ? new(directory.PathOf("updates.parquet"), continued) : null;
        _updates = plan.Recording.Updates == UpdateRecording.Csv ? new(directory.PathOf("updates.csv"), continued) : null;
    }

    /// <summary>The run's directory.</summary>
    public RunDirectory Directory { get; }

    /// <inheritdoc/>
    /// <exception cref="RunDirectoryException">A file cannot be written.</exception>
    public void OnUpdate(in UpdateRecord update)
    {
        _updates?.OnUpdate(update);
        _parquet?.OnUpdate(update);
    }

    /// <inheritdoc/>
    /// <exception cref="RunDirectoryException">A file cannot be written.</exception>
    public void OnLost(in UpdateRecord task) => OnUpdate(task);

    /// <inheritdoc/>
    /// <exception cref="RunDirectoryException">A file cannot be written.</exception>
    public void OnEvaluation(EvaluationRecord evaluation)
    {
        _updates?.OnEvaluation(evaluation);
        _metrics.OnEvaluation(evaluation);
    }

    /// <inheritdoc/>
    /// <exception cref="RunDirectoryException">A file cannot be written.</exception>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("metrics.csv", _metrics);
        if (_updates is not null)
        {
            writer.Write("updates.csv", _updates);
        }

        if (_parquet is not null)
        {
            writer.Write("updates.parquet", _parquet);
        }
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("metrics.csv", _metrics);
        if (_updates is not null)
        {
            reader.Read("updates.csv", _updates);
        }

        if (_parquet is not null)
        {
            reader.Read("updates.parquet", _parquet);
        }
    }

    /// <summary>Writes clients.csv, in_flight.csv and, last of all, summary.json, whose presence says that a run came to its end.</summary>
    /// <param name="summary">What the run came to.</param>
    /// <param name="clients">The clients.</param>
    /// <param name="outstanding">The tasks still out.</param>
    /// <exception cref="RunDirectoryException">A file cannot be written.</exception>
    public void Finish(RunSummary summary, IEnumerable<ClientRecord> clients, IEnumerable<RecordedTask> outstanding)
    {
        InFlightCsv.Write(Directory.PathOf("in_flight.csv"), outstanding);
        ClientsCsv.Write(Directory.PathOf("clients.csv"), clients);
        SummaryJson.Write(Directory.PathOf("summary.json"), summary);
    }

    /// <inheritdoc/>
    /// <exception cref="RunDirectoryException">What was still to be written cannot be.</exception>
    public void Dispose()
    {
        try
        {
            _updates?.Dispose();
            _parquet?.Dispose();
        }
        finally
        {
            _metrics.Dispose();
        }
    }
}
