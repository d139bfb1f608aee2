using Straggler.Simulation;

namespace Straggler.Availability;

/// <summary>Questions about availability, answered spell by spell.</summary>
public static class Spells
{
    /// <summary>Spells that are looked at in one query; more means that two settings of a configuration are on different scales of time.</summary>
    private const int MostInOneQuery = 10_000_000;

    /// <summary>Whether a client is on at a moment.</summary>
    public static bool IsOn(this IAvailability availability, int client, VirtualTime at)
    {
        ArgumentNullException.ThrowIfNull(availability);
        return availability.At(client, at).IsOn;
    }

    /// <summary>The first moment, not before <paramref name="from"/>, at which a client is on; <see cref="VirtualTime.Never"/> if there is none.</summary>
    /// <exception cref="InvalidOperationException">The client changes too often to find it.</exception>
    public static VirtualTime NextOn(this IAvailability availability, int client, VirtualTime from) => Next(availability, client, from, on: true);

    /// <summary>The first moment, not before <paramref name="from"/>, at which a client is off; <see cref="VirtualTime.Never"/> if there is none.</summary>
    /// <exception cref="InvalidOperationException">The client changes too often to find it.</exception>
    public static VirtualTime NextOff(this IAvailability availability, int client, VirtualTime from) => Next(availability, client, from, on: false);

    /// <summary>Stops a walk that would take hours.</summary>
    /// <param name="looked">Spells looked at.</param>
    /// <param name="client">Whose.</param>
    /// <param name="at">How far the walk has come.</param>
    /// <exception cref="InvalidOperationException">There were too many.</exception>
    internal static void GuardAgainstEndlessWalk(int looked, int client, VirtualTime at)
    {
        if (looked >= MostInOneQuery)
        {
            throw new InvalidOperationException(
                $"Client {client} went on and off {MostInOneQuery} times up to virtual time {at} without coming to an end. "
                + "Its availability changes much faster than its tasks or the run move on.");
        }
    }

    private static VirtualTime Next(IAvailability availability, int client, VirtualTime from, bool on)
    {
        ArgumentNullException.ThrowIfNull(availability);
        for (int looked = 0; from != VirtualTime.Never; looked++)
        {
            Spell spell = availability.At(client, from);
            if (spell.IsOn == on)
            {
                return from;
            }

            GuardAgainstEndlessWalk(looked, client, from);
            from = spell.Until;
        }

        return VirtualTime.Never;
    }
}
