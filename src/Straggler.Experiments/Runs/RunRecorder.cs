using Straggler.Metrics;
using Straggler.Recording;

namespace Straggler.Experiments;

/// <summary>Writes a run's tables into its directory: updates.csv unless the plan has it off, and metrics.csv.</summary>
public sealed class RunRecorder : IRunObserver, IDisposable
{
    private readonly UpdatesCsv? _updates;
    private readonly MetricsCsv _metrics;

    /// <summary>Makes the files; wall seconds count from now.</summary>
    /// <param name="directory">The run's directory.</param>
    /// <param name="plan">The plan; its <c>recording</c> section says what is written.</param>
    /// <param name="clock">The wall clock.</param>
    /// <exception cref="RunDirectoryException">A file cannot be made.</exception>
    public RunRecorder(RunDirectory directory, ExperimentPlan plan, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(plan);
        Directory = directory;
        _metrics = new(directory.PathOf("metrics.csv"), clock);
        _updates = plan.Recording.Updates == UpdateRecording.Csv ? new(directory.PathOf("updates.csv")) : null;
    }

    /// <summary>The run's directory.</summary>
    public RunDirectory Directory { get; }

    /// <inheritdoc/>
    /// <exception cref="RunDirectoryException">A file cannot be written.</exception>
    public void OnUpdate(in UpdateRecord update) => _updates?.OnUpdate(update);

    /// <inheritdoc/>
    /// <exception cref="RunDirectoryException">A file cannot be written.</exception>
    public void OnEvaluation(EvaluationRecord evaluation)
    {
        _updates?.OnEvaluation(evaluation);
        _metrics.OnEvaluation(evaluation);
    }

    /// <summary>Writes clients.csv and, last of all, summary.json, whose presence says that a run came to its end.</summary>
    /// <param name="summary">What the run came to.</param>
    /// <param name="clients">The clients.</param>
    /// <exception cref="RunDirectoryException">A file cannot be written.</exception>
    public void Finish(RunSummary summary, IEnumerable<ClientRecord> clients)
    {
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
        }
        finally
        {
            _metrics.Dispose();
        }
    }
}
