using Straggler.Simulation;

namespace Straggler.Flower.Live;

/// <summary>What is heard of clients: stamped once and queued in one step, so that the order of the stamps is the order in which it was heard.</summary>
/// <remarks>Thread-safe; one reader at a time. No two stamps are equal: the order of a record is that of its moments.</remarks>
/// <param name="clock">The clock.</param>
internal sealed class LiveInbox(TimeProvider clock)
{
    private static readonly TimeSpan _longestWait = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly Queue<Letter> _letters = [];
    private TaskCompletionSource _came = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private VirtualTime _last;
    private double _offset;
    private long _started;
    private bool _hasBegun;

    /// <summary>The clock starts. What was heard before is no event: it is how things stood at the beginning.</summary>
    /// <param name="now">What the clock shows.</param>
    public void Begin(VirtualTime now)
    {
        lock (_lock)
        {
            (_last, _offset, _started, _hasBegun) = (now, now.Seconds, clock.GetTimestamp(), true);
        }
    }

    /// <summary>Takes what was heard down.</summary>
    /// <param name="heard">What, without its moment.</param>
    /// <param name="told">Called when it is told, on the reader's thread; at once if the clock has not started.</param>
    public void Add(LiveEvent heard, Action told)
    {
        lock (_lock)
        {
            if (_hasBegun)
            {
                _last = new(Math.Max(Now, Math.BitIncrement(_last.Seconds)));
                _letters.Enqueue(new(heard with { At = _last }, told));
                _came.TrySetResult();
                return;
            }
        }

        told();
    }

    /// <summary>Waits for what is heard next.</summary>
    /// <param name="until">The moment up to which it is waited for.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>What was heard; null if nothing was until then.</returns>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public async ValueTask<LiveEvent?> NextAsync(VirtualTime until, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            Letter letter;
            lock (_lock)
            {
                if (!_letters.TryPeek(out letter) && Now < until.Seconds)
                {
                    _came = _came.Task.IsCompleted ? new(TaskCreationOptions.RunContinuationsAsynchronously) : _came;
                }
                else if (letter.Told is null || letter.Event.At > until)
                {
                    return null;
                }
                else
                {
                    _letters.Dequeue();
                }
            }

            if (letter.Told is not null)
            {
                letter.Told();
                return letter.Event;
            }

            await WaitAsync(until, cancellation).ConfigureAwait(false);
        }

        throw new OperationCanceledException(cancellation);
    }

    /// <summary>Seconds on the run's clock.</summary>
    private double Now => _offset + ((clock.GetTimestamp() - _started) / (double)clock.TimestampFrequency);

    private async Task WaitAsync(VirtualTime until, CancellationToken cancellation)
    {
        // Timers know milliseconds, and may go off a little early: the caller looks at the clock.
        double seconds = Math.Min(until.Seconds - Now, _longestWait.TotalSeconds);
        try
        {
            await _came.Task.WaitAsync(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(1000 * seconds))), clock, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The moment has come.
        }
    }

    /// <summary>What was heard, and whom to tell that it was told.</summary>
    private readonly record struct Letter(LiveEvent Event, Action? Told);
}
