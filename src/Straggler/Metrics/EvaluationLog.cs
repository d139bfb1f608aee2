using System.Collections.Immutable;
using Straggler.Checkpoints;
using Straggler.Federation;
using Straggler.Simulation;
using Straggler.Training;

namespace Straggler.Metrics;

/// <summary>Evaluates the server's model when it is time and keeps what follows from it.</summary>
/// <remarks>
/// A timing-only run has no model to evaluate, and its counts hardly move within a generation of clients: its records are at least as
/// many arrivals apart as clients are in flight.
/// </remarks>
internal sealed class EvaluationLog(
    IModelEvaluator? evaluator, AccuracyCounter? accuracy, RunStatistics statistics, SimulationOptions simulation) : IStateful
{
    private readonly EvaluationOptions _options = simulation.Evaluation;
    private readonly int _every =
        evaluator is null ? Math.Max(simulation.Evaluation.EveryEvents, simulation.Concurrency) : simulation.Evaluation.EveryEvents;

    /// <summary>The newest evaluation.</summary>
    public EvaluationRecord? Last { get; private set; }

    /// <summary>How fast the accuracy rose.</summary>
    public Convergence Convergence { get; } = new(simulation.Evaluation.Targets);

    /// <summary>Whether enough arrivals have come since the last evaluation.</summary>
    public bool IsDue => statistics.Arrivals % _every == 0 && statistics.Arrivals != Last?.Arrival;

    /// <summary>Whether the stopping accuracy was reached.</summary>
    public bool TargetReached => Last?.Accuracy >= _options.TargetAcc;

    /// <summary>Whether anything has happened since the last evaluation.</summary>
    public bool IsStale(long version) => Last is null || Last.Arrival != statistics.Arrivals || Last.Version != version;

    /// <summary>Measures a version.</summary>
    public async Task<EvaluationRecord> EvaluateAsync(ModelVersion version, VirtualTime now)
    {
        double loss = double.NaN;
        (double Accuracy, ImmutableArray<double> ByClass, ImmutableArray<double> ByClient) hits = (double.NaN, [], []);
        if (evaluator is not null && accuracy is not null)
        {
            TestResult result = await evaluator.EvaluateAsync(version).ConfigureAwait(false);
            loss = result.Loss;
            hits = accuracy.Count(result);
        }

        statistics.Measure(hits.ByClient);
        Last = new()
        {
            Arrival = statistics.Arrivals,
            VirtualTime = now.Seconds,
            Version = version.Number,
            Loss = loss,
            Accuracy = hits.Accuracy,
            ClassAccuracy = hits.ByClass,
            ClientAccuracy = hits.ByClient,
            Metrics = [.. BuiltIns.Metrics.Select(metric => KeyValuePair.Create(metric.Name, metric.Measure(statistics)))],
        };
        Convergence.Add(Last);
        return Last;
    }

    /// <inheritdoc/>
    /// <remarks>The initial model is evaluated before anything can be saved.</remarks>
    public void Save(StateWriter writer)
    {
        Last!.Save(writer);
        writer.Write("convergence", Convergence);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        Last = EvaluationRecord.Load(reader);
        reader.Read("convergence", Convergence);
    }
}
