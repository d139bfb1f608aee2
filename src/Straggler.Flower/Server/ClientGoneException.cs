namespace Straggler.Flower.Server;

/// <summary>A task was given to a client that is gone, or went before it answered: the task is lost.</summary>
/// <param name="departure">How it went.</param>
public sealed class ClientGoneException(ClientDeparture departure) : Exception(departure.Reason)
{
    /// <summary>How it went.</summary>
    public ClientDeparture Departure { get; } = departure;
}
