using Microsoft.AspNetCore.Connections;

namespace Straggler.Flower.Server;

/// <summary>Counts connections and refuses those beyond the limit; tells of those that never joined.</summary>
/// <param name="maximum">Most connections at once.</param>
/// <param name="log">Told of them.</param>
internal sealed class ConnectionGuard(int maximum, Action<string> log)
{
    private static readonly object _key = new();

    private int _count;

    /// <summary>A client asked to join on a connection. Its streams may say so at the same time.</summary>
    /// <param name="items">What the connection carries; not theirs to change.</param>
    public static void NoteJoin(IDictionary<object, object?>? items)
    {
        if (items is not null && items.TryGetValue(_key, out object? visit))
        {
            ((Visit)visit!).HasJoined = true;
        }
    }

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

            Visit visit = new();
            connection.Items[_key] = visit;
            await next(connection).ConfigureAwait(false);
            if (!visit.HasJoined)
            {
                log($"{connection.RemoteEndPoint} connected, but did not join");
            }
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>What is known of a connection.</summary>
    private sealed class Visit
    {
        private volatile bool _hasJoined;

        public bool HasJoined
        {
            get => _hasJoined;
            set => _hasJoined = value;
        }
    }
}
