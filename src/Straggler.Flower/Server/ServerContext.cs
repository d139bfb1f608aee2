namespace Straggler.Flower.Server;

/// <summary>What all clients of a server share.</summary>
/// <param name="Options">The server's limits.</param>
/// <param name="Clock">Measures timeouts.</param>
/// <param name="Log">Told what happens, a line each time.</param>
internal sealed record ServerContext(FlowerServerOptions Options, TimeProvider Clock, Action<string> Log)
{
    /// <summary>Bytes of messages that are half read.</summary>
    public ByteBudget Incoming { get; } = new(Options.MaximumUnfinishedBytes);

    /// <summary>Bytes of messages that are half sent.</summary>
    public ByteBudget Outgoing { get; } = new(Options.MaximumUnfinishedBytes);
}
