using Straggler.Simulation;

namespace Straggler.Availability;

/// <summary>Says when clients are on, that is ready to take part.</summary>
/// <remarks>
/// A pure function of (seed, client, moment): queries in any order give the same answers, and asking changes nothing. Queries of a client
/// that go forward in time are fast; going back may cost a walk from the start. Keeps a bounded amount for each client. Not thread-safe.
/// </remarks>
public interface IAvailability
{
    /// <summary>The spell that a moment lies in.</summary>
    /// <param name="client">The client, 0-based.</param>
    /// <param name="at">The moment; before <see cref="VirtualTime.Never"/>.</param>
    /// <returns>Whether the client is on, and until when at least, which is later than the moment.</returns>
    Spell At(int client, VirtualTime at);
}

/// <summary>A time during which a client is on, or off, all the time.</summary>
/// <param name="IsOn">Which of the two.</param>
/// <param name="Until">
/// Its end, which does not belong to it. The next spell may be of the same kind. <see cref="VirtualTime.Never"/> if nothing changes any more.
/// </param>
public readonly record struct Spell(bool IsOn, VirtualTime Until);

/// <summary>Makes an availability for a run.</summary>
/// <exception cref="Configuration.InvalidOptionException">A file that the options name is missing or wrong.</exception>
public delegate IAvailability AvailabilityFactory(AvailabilityServices services);

/// <summary>What an availability may know about the run when it is made.</summary>
/// <param name="Streams">The run's random streams.</param>
/// <param name="ClientCount">Number of clients n.</param>
public sealed record AvailabilityServices(RandomStreams Streams, int ClientCount);
