using Straggler.Simulation;

namespace Straggler.Scheduling;

/// <summary>Synchronous rounds: the next C clients leave when nobody is out any more.</summary>
/// <param name="groups">The clients, each group with rounds of its own.</param>
public sealed class Rounds(ClientGroups groups) : IDispatchPolicy
{
    /// <inheritdoc/>
    public ClientGroups Groups { get; } = groups;

    /// <inheritdoc/>
    public int Wanted(in Fleet fleet) => fleet.InFlight == 0 ? fleet.Concurrency : 0;

    /// <inheritdoc/>
    public bool EndsRound(in Fleet fleet, VirtualTime now) => fleet.InFlight == 0;
}
