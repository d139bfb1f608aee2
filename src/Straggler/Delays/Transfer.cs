using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>One transfer over a link.</summary>
/// <param name="Bytes">What is sent.</param>
/// <param name="Alone">How long it takes at the speed of the client's own link.</param>
internal readonly record struct Transfer(long Bytes, VirtualDuration Alone)
{
    /// <summary>The speed of the client's own link, in bytes per virtual second.</summary>
    public double Rate => Bytes / Alone.Seconds;
}
