using Straggler.Checkpoints;
using Straggler.Federation;
using Straggler.Recording;
using Straggler.Simulation;
using Straggler.Training;

namespace Straggler.Metrics;

/// <summary>Has the server's model evaluated when it is time, beside the trainings, and keeps what follows from it.</summary>
/// <remarks>
/// One evaluation is measured at a time. Its record is of the moment at which it was due: what the run counted is read then, and
/// observers are told in that order. A timing-only run has no model to evaluate, and its counts hardly move within a generation of
/// clients: its records are at least as many arrivals apart as clients are in flight.
/// </remarks>
internal sealed class EvaluationLog(
    IModelEvaluator? evaluator, AccuracyCounter? accuracy, RunStatistics statistics, Announcements announcements, SimulationOptions simulation)
    : IStateful, IDisposable
{
    private readonly EvaluationOptions _options = simulation.Evaluation;
    private readonly int _every =
        evaluator is null ? Math.Max(simulation.Evaluation.EveryEvents, simulation.Concurrency) : simulation.Evaluation.EveryEvents;
    private (long Arrival, long Version)? _newest;
    private IEvaluation? _running;
    private Task<EvaluationRecord>? _record;

    /// <summary>The newest evaluation that is measured.</summary>
    public EvaluationRecord? Last { get; private set; }

    /// <summary>How fast the accuracy rose.</summary>
    public Convergence Convergence { get; } = new(simulation.Evaluation.Targets);

    /// <summary>Whether enough arrivals have come since the last evaluation.</summary>
    public bool IsDue => statistics.Arrivals % _every == 0 && statistics.Arrivals != _newest?.Arrival;

    /// <summary>Whether the run may have to stop for what an evaluation gives, so that nothing may happen before it is measured.</summary>
    public bool DecidesTheStop => _options.TargetAcc is not null;

    /// <summary>Whether the stopping accuracy was reached.</summary>
    public bool TargetReached => Last?.Accuracy >= _options.TargetAcc;

    /// <summary>Whether the evaluation that is finished next is the run's last.</summary>
    public bool IsLast { get; set; }

    /// <summary>Whether anything has happened since the last evaluation was begun.</summary>
    public bool IsStale(long version) => _newest != (statistics.Arrivals, version);

    /// <summary>Begins to measure a version, when the one before is measured.</summary>
    /// <param name="version">The version, held for this.</param>
    /// <param name="now">The moment.</param>
    public void Begin(ModelVersion version, VirtualTime now)
    {
        _newest = (statistics.Arrivals, version.Number);
        announcements.Wait();
        _record = RecordAsync(version, now);
        TellIfMeasured();
    }

    /// <summary>Tells of the evaluation that was begun, if it is measured by now.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public void TellIfMeasured()
    {
        if (_record?.IsCompleted == true)
        {
            Tell(_record.GetAwaiter().GetResult());
        }
    }

    /// <summary>Waits for the evaluation that was begun, if there is one, and tells of it.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled first; the evaluation goes on.</exception>
    public async ValueTask FinishAsync(CancellationToken cancellation)
    {
        if (_record is not null)
        {
            if (IsLast)
            {
                _running?.HurryLast();
            }
            else
            {
                _running?.Hurry();
            }

            Tell(await _record.WaitAsync(cancellation).ConfigureAwait(false));
        }
    }

    /// <summary>Gives an evaluation up that is still being measured.</summary>
    public void Dispose() => _running?.GiveUp();

    /// <inheritdoc/>
    /// <remarks>When no evaluation is being measured; the initial model's is there before anything can be saved.</remarks>
    public void Save(StateWriter writer)
    {
        Last!.Save(writer);
        writer.Write("convergence", Convergence);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        Last = EvaluationRecord.Load(reader);
        _newest = (Last.Arrival, Last.Version);
        reader.Read("convergence", Convergence);
    }

    private void Tell(EvaluationRecord record)
    {
        _running = null;
        _record = null;
        Last = record;
        Convergence.Add(record);
        announcements.Add(record);
    }

    /// <summary>Reads what the run has counted now, and completes it when the model is measured.</summary>
    private async Task<EvaluationRecord> RecordAsync(ModelVersion version, VirtualTime now)
    {
        (long arrival, long number) = (statistics.Arrivals, version.Number);
        Func<ReadOnlySpan<double>, double>[] values = [.. BuiltIns.Metrics.Select(metric => metric.Begin(statistics))];
        (double loss, AccuracyCount hits) = await MeasureAsync(version, now).ConfigureAwait(false);
        double[] clients = [.. hits.ByClient.Where(client => !double.IsNaN(client))];
        return new()
        {
            Arrival = arrival,
            VirtualTime = now.Seconds,
            Version = number,
            Loss = loss,
            Accuracy = hits.Accuracy,
            ClassAccuracy = hits.ByClass,
            ClientAccuracy = hits.ByClient,
            EvaluatingClients = hits.EvaluatingClients,
            Metrics = [.. BuiltIns.Metrics.Zip(values, (metric, value) => KeyValuePair.Create(metric.Name, value(clients)))],
        };
    }

    private async Task<(double Loss, AccuracyCount Hits)> MeasureAsync(ModelVersion version, VirtualTime now)
    {
        try
        {
            _running = evaluator?.StartEvaluation(version);
            if (_running is null || accuracy is null)
            {
                return (double.NaN, new(double.NaN, [], []));
            }

            TestResult result = await _running.Result.ConfigureAwait(false);
            return (result.Loss, result.Measured ?? accuracy.Count(result));
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Evaluating version {version.Number} at virtual time {now} failed: {failure.Message}", failure);
        }
        finally
        {
            version.Release();
        }
    }
}
