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

    /// <summary>Whether who sits there has an order.</summary>
    public bool HasOrder { get; set; }

    /// <summary>Whether the run has not been told yet that who sits there came, or how its last task ended.</summary>
    public bool IsUntold { get; set; }

    /// <summary>Whether it is to have a task next, before anything else.</summary>
    public bool IsPromised { get; set; }

    /// <summary>Whether the run could give it a task.</summary>
    public bool IsReady => Client is not null && !HasOrder && !IsUntold;

    /// <summary>Whether it does nothing and nothing is about to come, whatever the run knows.</summary>
    public bool IsIdle => Client is not null && !HasOrder && !IsPromised;
}
