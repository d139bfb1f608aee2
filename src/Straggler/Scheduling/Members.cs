using Straggler.Checkpoints;

namespace Straggler.Scheduling;

/// <summary>A group's clients and their places in the group.</summary>
/// <param name="clients">The clients, ascending; not copied.</param>
/// <param name="clientCount">Number of all clients n.</param>
internal sealed class Members(int[] clients, int clientCount)
{
    // Where all clients are in one group, each is at the place of its own number.
    private readonly Dictionary<int, int>? _places = clients.Length == clientCount ? null
        : clients.Index().ToDictionary(pair => pair.Item, pair => pair.Index);

    /// <summary>Number of clients in the group.</summary>
    public int Count => clients.Length;

    /// <summary>The client at a place.</summary>
    public int this[int place] => clients[place];

    /// <summary>A client's place.</summary>
    public int PlaceOf(int client) => _places is null ? client : _places[client];

    /// <summary>A place that a checkpoint holds.</summary>
    /// <exception cref="CheckpointException">There is no such place.</exception>
    public int Checked(int place) => place >= 0 && place < Count ? place
        : throw new CheckpointException($"has a client at place {place}, of {Count}");
}
