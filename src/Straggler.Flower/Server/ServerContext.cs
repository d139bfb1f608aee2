namespace Straggler.Flower.Server;

/// <summary>What all clients of a server share.</summary>
/// <param name="Options">The server's limits.</param>
/// <param name="Clock">Measures timeouts.</param>
/// <param name="Log">Told what happens, a line each time.</param>
internal sealed record ServerContext(FlowerServerOptions Options, TimeProvider Clock, Action<string> Log)
{
    private volatile int _maximumMessageBytes = Options.MaximumMessageBytes;

    /// <summary>Largest message that is read, in bytes: that of the options, or less since more became known.</summary>
    public int MaximumMessageBytes => _maximumMessageBytes;

    /// <summary>Bytes of messages that are half read.</summary>
    public ByteBudget Incoming { get; } = new(Options.MaximumUnfinishedBytes);

    /// <summary>Bytes of messages that are half sent.</summary>
    public ByteBudget Outgoing { get; } = new(Options.MaximumUnfinishedBytes);

    /// <summary>For tests: called when a client's departure is known and its session is not closed yet, where its stream may end meanwhile.</summary>
    public Action? Departing { get; init; }

    /// <summary>Lowers the largest message.</summary>
    public void LimitMessages(long bytes) => _maximumMessageBytes = (int)Math.Min(bytes, _maximumMessageBytes);
}
