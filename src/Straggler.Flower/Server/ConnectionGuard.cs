using Microsoft.AspNetCore.Connections;

namespace Straggler.Flower.Server;

/// <summary>Counts connections and refuses those beyond the limit; tells of those that never joined.</summary>
/// <param name="maximum">Most connections at once.</param>
/// <param name="log">Told of them.</param>
internal sealed class ConnectionGuard(int maximum, Action<string> log)
{
    /// <summary>Marks a connection on which a client asked to join.</summary>
    public static readonly object Joined = new();

    private int _count;

    /// <summary>Serves a connection.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        try
        {
            if (Interlocked.Increment(ref _count) > maximum)
            {
                log($"{connection.RemoteEndPoint} was not let in: there are {maximum} connections already");
                connection.Abort();
                return;
            }

            await next(connection).ConfigureAwait(false);
            if (!connection.Items.ContainsKey(Joined))
            {
                log($"{connection.RemoteEndPoint} connected, but did not join");
            }
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
