using Straggler.Simulation;

namespace Straggler.Availability;

/// <summary>Time cut into slots of equal length; each client has an independent uniform draw for each slot.</summary>
/// <param name="seconds">A slot's length.</param>
/// <param name="streams">The run's streams; the k-th slot of a client is the k-th occurrence of <c>availability.slot</c>.</param>
internal sealed class SlotGrid(double seconds, RandomStreams streams)
{
    private static readonly StreamPurpose _purpose = new("availability.slot");

    /// <summary>The slot that a moment lies in.</summary>
    /// <exception cref="InvalidOperationException">There are too many slots before it.</exception>
    public int SlotOf(VirtualTime at)
    {
        double slot = Math.Floor(at.Seconds / seconds);
        if (!(slot < int.MaxValue))
        {
            throw new InvalidOperationException(
                $"Virtual time {at} is more than {int.MaxValue} slots of {seconds} virtual seconds from the start. A longer slot goes further.");
        }

        // The quotient is rounded; the slot's own ends decide.
        int index = (int)slot;
        return at < StartOf(index) ? index - 1 : at >= StartOf(index + 1) ? index + 1 : index;
    }

    /// <summary>When a slot begins.</summary>
    public VirtualTime StartOf(int slot) => new(slot * seconds);

    /// <summary>A client's draw for a slot, uniform in [0, 1).</summary>
    public double Draw(int client, int slot) => streams.Open(_purpose, client, slot).NextDouble();
}
