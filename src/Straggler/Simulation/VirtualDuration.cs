using System.Globalization;

namespace Straggler.Simulation;

/// <summary>A length of virtual time, in virtual seconds.</summary>
/// <param name="Seconds">Virtual seconds; not negative in a schedule.</param>
public readonly record struct VirtualDuration(double Seconds) : IComparable<VirtualDuration>
{
    /// <summary>No time at all.</summary>
    public static VirtualDuration Zero => default;

    /// <inheritdoc/>
    public int CompareTo(VirtualDuration other) => Seconds.CompareTo(other.Seconds);

    /// <summary>The sum of two durations.</summary>
    public static VirtualDuration operator +(VirtualDuration left, VirtualDuration right) => new(left.Seconds + right.Seconds);

    /// <summary>The duration stretched by <paramref name="factor"/>.</summary>
    public static VirtualDuration operator *(VirtualDuration duration, double factor) => new(duration.Seconds * factor);

    /// <summary>Whether <paramref name="left"/> is the shorter one.</summary>
    public static bool operator <(VirtualDuration left, VirtualDuration right) => left.Seconds < right.Seconds;

    /// <summary>Whether <paramref name="left"/> is the longer one.</summary>
    public static bool operator >(VirtualDuration left, VirtualDuration right) => left.Seconds > right.Seconds;

    /// <summary>Whether <paramref name="left"/> is not the longer one.</summary>
    public static bool operator <=(VirtualDuration left, VirtualDuration right) => left.Seconds <= right.Seconds;

    /// <summary>Whether <paramref name="left"/> is not the shorter one.</summary>
    public static bool operator >=(VirtualDuration left, VirtualDuration right) => left.Seconds >= right.Seconds;

    /// <inheritdoc/>
    public override string ToString() => Seconds.ToString("R", CultureInfo.InvariantCulture) + " s";
}
