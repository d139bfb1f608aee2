namespace Straggler.Reports.Tracing;

/// <summary>Gives tasks their tracks: a client's own, and further ones where several of its tasks are out at once.</summary>
/// <param name="trace">Told of each new track.</param>
/// <param name="process">The clients' process.</param>
/// <param name="clientCount">More than the largest client.</param>
internal sealed class ClientTracks(TraceWriter trace, int process, long clientCount)
{
    private readonly Dictionary<int, List<long>> _ends = [];

    /// <summary>Clients that have a track.</summary>
    public int ClientCount => _ends.Count;

    /// <summary>The track of a task; tasks are asked for in the order of their ends, so none on a track overlaps another.</summary>
    /// <param name="client">The client.</param>
    /// <param name="start">Its dispatch in nanoseconds.</param>
    /// <param name="end">Its end.</param>
    public long Place(int client, long start, long end)
    {
        if (!_ends.TryGetValue(client, out List<long>? lanes))
        {
            _ends[client] = lanes = [];
        }

        int lane = lanes.FindIndex(last => last <= start);
        if (lane < 0)
        {
            lane = lanes.Count;
            lanes.Add(end);
            trace.Name(process, Thread(client, lane), FormattableString.Invariant($"client {client}{(lane == 0 ? "" : $" ({lane + 1})")}"), client);
        }

        lanes[lane] = end;
        return Thread(client, lane);
    }

    /// <summary>Numbers that sort as clients do; 0 is left to processes.</summary>
    private long Thread(int client, int lane) => (lane * clientCount) + client + 1;
}
