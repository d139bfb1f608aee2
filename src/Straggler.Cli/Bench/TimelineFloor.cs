using Straggler.Delays;
using Straggler.Simulation;

namespace Straggler.Cli.Bench;

/// <summary>The bare loop under a timeline: a queue of arrivals, a draw of who is sent next, and each client's duration; nothing else.</summary>
/// <remarks>No strategy, versions, statistics, records or hints to the memory.</remarks>
internal static class TimelineFloor
{
    private static readonly StreamPurpose _selection = new("bench.selection");

    /// <summary>Runs it.</summary>
    /// <param name="delays">How long tasks take.</param>
    /// <param name="streams">For who is sent.</param>
    /// <param name="clients">Clients there are.</param>
    /// <param name="concurrency">Clients in flight.</param>
    /// <param name="arrivals">Arrivals to process.</param>
    /// <returns>The virtual time of the last arrival.</returns>
    public static VirtualTime Run(DelayModel delays, RandomStreams streams, int clients, int concurrency, long arrivals)
    {
        EventQueue<int> queue = new();
        int[] idle = [.. Enumerable.Range(0, clients)];
        int[] sent = new int[clients];
        int left = clients, draws = 0;
        VirtualTime now = VirtualTime.Zero;
        for (long arrived = -concurrency; arrived < arrivals; arrived++)
        {
            if (arrived >= 0)
            {
                now = queue.NextTime;
                idle[left++] = queue.Take();
            }

            int place = streams.Open(_selection, 0, draws++).NextInt32(left);
            int client = idle[place];
            idle[place] = idle[--left];
            queue.Add(now + delays.Duration(client, sent[client]++), client);
        }

        return now;
    }
}
