using System.Globalization;

namespace Straggler.Simulation;

/// <summary>An instant on the simulation's clock, in virtual seconds since the start of the run.</summary>
/// <param name="Seconds">Virtual seconds; never negative, never NaN.</param>
public readonly record struct VirtualTime(double Seconds) : IComparable<VirtualTime>
{
    /// <summary>The start of every run.</summary>
    public static VirtualTime Zero => default;

    /// <summary>Later than every event that can happen.</summary>
    public static VirtualTime Never => new(double.PositiveInfinity);

    /// <inheritdoc/>
    public int CompareTo(VirtualTime other) => Seconds.CompareTo(other.Seconds);

    /// <summary>The instant that lies <paramref name="duration"/> after <paramref name="time"/>.</summary>
    public static VirtualTime operator +(VirtualTime time, VirtualDuration duration) => new(time.Seconds + duration.Seconds);

    /// <summary>The time from <paramref name="earlier"/> to <paramref name="later"/>.</summary>
    public static VirtualDuration operator -(VirtualTime later, VirtualTime earlier) => new(later.Seconds - earlier.Seconds);

    /// <summary>Whether <paramref name="left"/> is the earlier instant.</summary>
    public static bool operator <(VirtualTime left, VirtualTime right) => left.Seconds < right.Seconds;

    /// <summary>Whether <paramref name="left"/> is the later instant.</summary>
    public static bool operator >(VirtualTime left, VirtualTime right) => left.Seconds > right.Seconds;

    /// <summary>Whether <paramref name="left"/> is not the later instant.</summary>
    public static bool operator <=(VirtualTime left, VirtualTime right) => left.Seconds <= right.Seconds;

    /// <summary>Whether <paramref name="left"/> is not the earlier instant.</summary>
    public static bool operator >=(VirtualTime left, VirtualTime right) => left.Seconds >= right.Seconds;

    /// <inheritdoc/>
    public override string ToString() => Seconds.ToString("R", CultureInfo.InvariantCulture) + " s";
}
