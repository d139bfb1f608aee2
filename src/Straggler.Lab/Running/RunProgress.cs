using Straggler.Checkpoints;
using Straggler.Metrics;
using Straggler.Recording;

namespace Straggler.Lab.Running;

/// <summary>Where a run stands, for a display; written by the loop's thread, read by the display's.</summary>
/// <param name="rounds">Arrivals that will be processed at most.</param>
/// <param name="clock">The wall clock.</param>
internal sealed class RunProgress(long rounds, TimeProvider clock) : IRunObserver, IStateful
{
    private readonly Lock _lock = new();
    private readonly long _started = clock.GetTimestamp();
    private long _arrivals;
    private long _arrivalsBefore;
    private double _virtualTime;
    private double _stalenessSum;
    private long _refused;
    private EvaluationRecord? _evaluation;

    /// <summary>Called on the loop's thread after each evaluation, with where the run stood when it was due.</summary>
    public event Action<ProgressSnapshot>? Evaluated;

    /// <inheritdoc/>
    public bool TellUpdatesAtOnce => true;

    /// <summary>Where the run stands now.</summary>
    public ProgressSnapshot Snapshot()
    {
        lock (_lock)
        {
            return new(
                rounds, _arrivals, _virtualTime, _stalenessSum / _arrivals, _refused, _evaluation, clock.GetElapsedTime(_started), _arrivals - _arrivalsBefore);
        }
    }

    /// <inheritdoc/>
    public void OnUpdate(in UpdateRecord update)
    {
        lock (_lock)
        {
            _arrivals = update.Arrival;
            _virtualTime = update.VirtualTime;
            _stalenessSum += update.Staleness;
            _refused += update.Outcome == UpdateOutcome.Applied ? 0 : 1;
        }
    }

    /// <inheritdoc/>
    public void OnEvaluation(EvaluationRecord evaluation)
    {
        lock (_lock)
        {
            _evaluation = evaluation;
            _virtualTime = Math.Max(_virtualTime, evaluation.VirtualTime);
        }

        Evaluated?.Invoke(Snapshot() with { Arrivals = evaluation.Arrival, VirtualTime = evaluation.VirtualTime });
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.Write(_arrivals);
        writer.Write(_virtualTime);
        writer.Write(_stalenessSum);
        writer.Write(_refused);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        lock (_lock)
        {
            _arrivals = _arrivalsBefore = reader.ReadInt64();
            _virtualTime = reader.ReadDouble();
            _stalenessSum = reader.ReadDouble();
            _refused = reader.ReadInt64();
        }
    }
}

/// <summary>A run at one moment.</summary>
/// <param name="Rounds">Arrivals that will be processed at most.</param>
/// <param name="Arrivals">Arrivals processed.</param>
/// <param name="VirtualTime">Virtual seconds.</param>
/// <param name="MeanStaleness">Mean version lag so far; NaN without arrivals.</param>
/// <param name="Refused">Arrivals refused.</param>
/// <param name="Evaluation">The newest evaluation.</param>
/// <param name="Elapsed">Wall time since this process started on the run.</param>
/// <param name="ArrivalsSince">Arrivals in that time.</param>
internal sealed record ProgressSnapshot(
    long Rounds, long Arrivals, double VirtualTime, double MeanStaleness, long Refused, EvaluationRecord? Evaluation, TimeSpan Elapsed,
    long ArrivalsSince)
{
    /// <summary>Share of the arrivals that are processed, 0 to 1.</summary>
    public double Fraction => Rounds == 0 ? 1 : (double)Arrivals / Rounds;

    /// <summary>Wall time still to go at the pace so far; null before there is a pace.</summary>
    public TimeSpan? Remaining => ArrivalsSince == 0 ? null : Elapsed * ((double)(Rounds - Arrivals) / ArrivalsSince);
}
