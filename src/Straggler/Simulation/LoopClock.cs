namespace Straggler.Simulation;

/// <summary>What the loop's thread does that is worth measuring.</summary>
internal enum LoopWork
{
    /// <summary>The strategy and the check for NaN.</summary>
    Aggregation,

    /// <summary>Waiting for the training whose arrival is next.</summary>
    TrainingWait,

    /// <summary>Waiting for an evaluation.</summary>
    EvaluationWait,
}

/// <summary>Measures where the wall time of the loop's thread goes.</summary>
/// <param name="clock">The wall clock; null to measure nothing.</param>
/// <param name="inDetail">Whether anything but the whole is measured: the millions of arrivals of a timeline have no time for it.</param>
public sealed class LoopClock(TimeProvider? clock, bool inDetail)
{
    private readonly long[] _ticks = new long[3];
    private long? _started;
    private long? _ended;

    /// <summary>From the loop's start to its end, or until now.</summary>
    public TimeSpan Loop => clock is null || _started is not { } start ? TimeSpan.Zero : clock.GetElapsedTime(start, _ended ?? clock.GetTimestamp());

    /// <summary>In the strategy and in the check for NaN.</summary>
    public TimeSpan Aggregation => Of(LoopWork.Aggregation);

    /// <summary>Waiting for the training whose arrival is next.</summary>
    public TimeSpan TrainingWait => Of(LoopWork.TrainingWait);

    /// <summary>Waiting for an evaluation.</summary>
    public TimeSpan EvaluationWait => Of(LoopWork.EvaluationWait);

    internal void Start() => _started = clock?.GetTimestamp();

    internal void Stop() => _ended = clock?.GetTimestamp();

    /// <summary>Measures until the result is disposed of.</summary>
    internal Running Measure(LoopWork work) => new(this, work, Timestamp());

    private long Timestamp() => inDetail && clock is not null ? clock.GetTimestamp() : 0;

    private void Add(LoopWork work, long start) => _ticks[(int)work] += Timestamp() - start;

    private TimeSpan Of(LoopWork work) => clock?.GetElapsedTime(0, _ticks[(int)work]) ?? TimeSpan.Zero;

    /// <summary>A measurement under way.</summary>
    internal readonly struct Running(LoopClock owner, LoopWork work, long start) : IDisposable
    {
        public void Dispose() => owner.Add(work, start);
    }
}
