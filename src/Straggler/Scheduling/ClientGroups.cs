namespace Straggler.Scheduling;

/// <summary>Deals the clients into groups, each with a share of the places in flight.</summary>
public sealed class ClientGroups
{
    private readonly int[] _groupOf;
    private readonly int[] _concurrency;

    /// <summary>All clients in one group.</summary>
    /// <param name="concurrency">Most clients in flight at once, C.</param>
    public ClientGroups(int concurrency)
        : this([], [concurrency])
    {
    }

    /// <summary>Clients in several groups.</summary>
    /// <param name="groupOf">Each client's group, from 0; empty if there is one group.</param>
    /// <param name="concurrency">Most clients of each group in flight at once; at least one group.</param>
    public ClientGroups(int[] groupOf, int[] concurrency)
    {
        ArgumentNullException.ThrowIfNull(groupOf);
        ArgumentNullException.ThrowIfNull(concurrency);
        _groupOf = groupOf;
        _concurrency = concurrency;
    }

    /// <summary>Number of groups.</summary>
    public int Count => _concurrency.Length;

    /// <summary>A client's group.</summary>
    public int Of(int client) => _groupOf.Length == 0 ? 0 : _groupOf[client];

    /// <summary>Most clients of a group in flight at once.</summary>
    public int ConcurrencyOf(int group) => _concurrency[group];

    /// <summary>A group's clients, ascending.</summary>
    /// <param name="group">The group.</param>
    /// <param name="clientCount">Number of clients.</param>
    public int[] MembersOf(int group, int clientCount) => [.. Enumerable.Range(0, clientCount).Where(client => Of(client) == group)];
}
