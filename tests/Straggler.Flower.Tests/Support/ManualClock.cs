namespace Straggler.Flower.Tests.Support;

/// <summary>Time that passes when it is told to.</summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(TimeSpan Due, int Timers, TaskCompletionSource Set)> _waits = [];
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _now.Ticks;
        }
    }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + TimeSpan.FromTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Completes when there are this many timers that go off this long from now; each would miss an <see cref="Advance"/> that came before it.</summary>
    public Task WhenTimerAsync(TimeSpan due, int timers = 1)
    {
        lock (_lock)
        {
            if (CountAt(_now + due) >= timers)
            {
                return Task.CompletedTask;
            }

            TaskCompletionSource set = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waits.Add((_now + due, timers, set));
            return set.Task;
        }
    }

    /// <summary>Lets time pass; timers that fall due go off before it returns.</summary>
    public void Advance(TimeSpan time)
    {
        ManualTimer[] due;
        lock (_lock)
        {
            _now += time;
            due = [.. _timers.Where(timer => timer.Due <= _now)];
            _timers.RemoveAll(timer => timer.Due <= _now);
        }

        foreach (ManualTimer timer in due)
        {
            timer.GoOff();
        }
    }

    private void Set(ManualTimer timer, TimeSpan due)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
            if (due != Timeout.InfiniteTimeSpan)
            {
                timer.Due = _now + due;
                _timers.Add(timer);
                _waits.RemoveAll(wait => CountAt(wait.Due) >= wait.Timers && wait.Set.TrySetResult());
            }
        }
    }

    private int CountAt(TimeSpan due) => _timers.Count(timer => timer.Due == due);

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Due { get; set; }

        public void GoOff() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Set(this, dueTime);
            return true;
        }

        public void Dispose() => clock.Set(this, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
