namespace Straggler.Simulation;

/// <summary>Opens the named random streams of a run; every draw of a simulation comes from one of them.</summary>
/// <remarks>
/// A stream is named by (seed, purpose, client, occurrence). Streams are independent and need no state: opening the same name again
/// gives the same draws, so a new draw somewhere never shifts another, and strategies compared under one seed see the same delays,
/// partitions and batches. Thread-safe.
/// </remarks>
/// <param name="seed">The run's seed.</param>
public sealed class RandomStreams(ulong seed)
{
    private readonly ulong _seedKey = SplitMix64.Mix(seed);

    /// <summary>The seed all streams derive from.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>Opens the stream of a purpose at its first draw.</summary>
    /// <param name="purpose">What the draws are for.</param>
    /// <param name="client">The client they belong to, or 0.</param>
    /// <param name="occurrence">Which time the client draws for this purpose, or 0.</param>
    public RandomStream Open(StreamPurpose purpose, int client = 0, int occurrence = 0) =>
        new(SplitMix64.Mix(_seedKey ^ purpose.Key), ((ulong)(uint)client << 32) | (uint)occurrence);
}
