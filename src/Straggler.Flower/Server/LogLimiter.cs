namespace Straggler.Flower.Server;

/// <summary>Passes log lines on, but no more than so many in so much time: a flood of visitors must not become a flood of lines.</summary>
/// <param name="log">Told the lines.</param>
/// <param name="clock">Measures the time.</param>
internal sealed class LogLimiter(Action<string> log, TimeProvider clock)
{
    /// <summary>Most lines in <see cref="Span"/>.</summary>
    public const int Lines = 1000;

    /// <summary>The time.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long _start = clock.GetTimestamp();
    private long _count;

    /// <summary>Passes a line on, or counts it.</summary>
    public void Write(string line)
    {
        long suppressed = 0;
        lock (_lock)
        {
            if (clock.GetElapsedTime(_start) >= Span)
            {
                suppressed = Math.Max(0, _count - Lines);
                (_start, _count) = (clock.GetTimestamp(), 0);
            }

            if (++_count > Lines)
            {
                return;
            }
        }

        if (suppressed > 0)
        {
            log($"{suppressed} lines like the ones before were left out");
        }

        log(line);
    }
}
