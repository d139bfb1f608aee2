using Straggler.Flower.Server;

namespace Straggler.Flower.Live;

/// <summary>A place of the federation: one of its n clients, whoever it is that sits there.</summary>
/// <param name="number">Its number, 0-based.</param>
internal sealed class Seat(int number)
{
    /// <summary>Its number, 0-based.</summary>
    public int Number => number;

    /// <summary>Who sits there; null while nobody does.</summary>
    public ConnectedClient? Client { get; set; }

    /// <summary>Whether who sits there has an order, or has ended one of which the run has not been told, or that it came.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Whether an order could be given.</summary>
    public bool IsReady => Client is not null && !IsBusy;
}
