using Straggler.Federation;

namespace Straggler.Simulation;

/// <summary>Which versions leave the memory when there are too many: those that will be needed last.</summary>
/// <remarks>
/// No choice needs fewer reads, if the future is known, and here it is: a version is needed when the earliest of the flights that hold
/// it is due. Source: Belady, "A study of replacement algorithms for a virtual-storage computer", IBM Systems Journal 5(2), 1966.
/// </remarks>
internal static class FurthestNeeded
{
    /// <summary>Some room is made at once, so that not every arrival has to look through all flights.</summary>
    private const int RoomShare = 16;

    /// <summary>Brings a store that is beyond its limit back within it.</summary>
    /// <param name="versions">The store.</param>
    /// <param name="flights">The clients in flight.</param>
    public static void Spill(VersionStore versions, IEnumerable<Flight> flights)
    {
        int room = versions.MostResident / RoomShare;
        foreach (ModelVersion version in LastFirst(flights))
        {
            if (versions.Excess <= -room)
            {
                break;
            }

            version.TrySpill();
        }
    }

    private static IEnumerable<ModelVersion> LastFirst(IEnumerable<Flight> flights)
    {
        Dictionary<ModelVersion, VirtualTime> needed = [];
        foreach (Flight flight in flights)
        {
            if (!needed.TryGetValue(flight.Version, out VirtualTime due) || flight.Due < due)
            {
                needed[flight.Version] = flight.Due;
            }
        }

        return needed.OrderByDescending(version => version.Value).Select(version => version.Key);
    }
}
