namespace Straggler.Flower.Tests.Support;

/// <summary>Time that is set, to the nearest 2^-20 seconds. Whenever it is, all its timers go off: who waits looks at the clock again.</summary>
/// <remarks>Sums of such times are exact, so that moments of a simulation can be met to the bit.</remarks>
internal sealed class StepClock : TimeProvider, IDisposable
{
    private readonly Lock _lock = new();
    private readonly ThreadLocal<long> _read = new();
    private readonly HashSet<StepTimer> _timers = [];
    private long _now;

    public override long TimestampFrequency => 1 << 20;

    public override long GetTimestamp() => _read.Value = Volatile.Read(ref _now);

    /// <summary>Sets the time, in seconds since the beginning.</summary>
    public void Set(double seconds)
    {
        StepTimer[] timers;
        lock (_lock)
        {
            _now = (long)(seconds * TimestampFrequency);
            timers = [.. _timers];
        }

        foreach (StepTimer timer in timers)
        {
            timer.GoOff();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        StepTimer timer = new(this, () => callback(state));
        lock (_lock)
        {
            // Who asked for the time just before, and for this timer because of it, would otherwise have missed that it was set meanwhile.
            if (_read.Value == _now)
            {
                _timers.Add(timer);
                return timer;
            }
        }

        ThreadPool.QueueUserWorkItem(_ => timer.GoOff());
        return timer;
    }

    public void Dispose() => _read.Dispose();

    private sealed class StepTimer(StepClock clock, Action goOff) : ITimer
    {
        public void GoOff() => goOff();

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
