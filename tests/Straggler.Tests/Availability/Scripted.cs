using Straggler.Availability;
using Straggler.Simulation;

namespace Straggler.Tests.Availability;

/// <summary>The same for every client: on from the 1st moment to the 2nd, from the 3rd to the 4th, and so on; off afterwards.</summary>
internal sealed class Scripted(params double[] changes) : IAvailability
{
    public Spell At(int client, VirtualTime at)
    {
        int later = Array.FindIndex(changes, change => change > at.Seconds);
        return later < 0 ? new(changes.Length % 2 == 1, VirtualTime.Never) : new(later % 2 == 1, new(changes[later]));
    }
}
