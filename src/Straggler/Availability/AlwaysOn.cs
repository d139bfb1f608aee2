using Straggler.Simulation;

namespace Straggler.Availability;

/// <summary>Every client is always on.</summary>
public sealed class AlwaysOn : IAvailability
{
    /// <inheritdoc/>
    public Spell At(int client, VirtualTime at) => new(IsOn: true, VirtualTime.Never);
}
