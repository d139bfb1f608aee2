namespace Straggler.Flower.Tests.Support;

/// <summary>Keeps log lines, and tells when one comes.</summary>
internal sealed class LineLog
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<(string Part, TaskCompletionSource<string> Came)> _waits = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    public void Write(string line)
    {
        lock (_lock)
        {
            _lines.Add(line);
            _waits.RemoveAll(wait => line.Contains(wait.Part, StringComparison.Ordinal) && wait.Came.TrySetResult(line));
        }
    }

    /// <summary>Completes with the first line, old or new, that holds this text.</summary>
    public Task<string> WhenAsync(string part)
    {
        lock (_lock)
        {
            if (_lines.Find(line => line.Contains(part, StringComparison.Ordinal)) is { } line)
            {
                return Task.FromResult(line);
            }

            TaskCompletionSource<string> came = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waits.Add((part, came));
            return came.Task;
        }
    }
}
