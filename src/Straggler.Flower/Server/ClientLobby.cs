using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Straggler.Flower.Wire;

namespace Straggler.Flower.Server;

/// <summary>Lets clients in, hands them out, and knows who is there.</summary>
/// <param name="server">What all clients share.</param>
internal sealed class ClientLobby(ServerContext server)
{
    /// <summary>Most who are told at once to come again; more of them are dropped without a word.</summary>
    private const int MostDismissed = 100;

    private static readonly TimeSpan _afterCrowd = TimeSpan.FromSeconds(10);

    private readonly TokenCheck _token = new(server.Options.Token);
    private readonly ConcurrentDictionary<long, ConnectedClient> _clients = new();
    private readonly Channel<ConnectedClient> _joined = Channel.CreateUnbounded<ConnectedClient>();
    private long _numbers;
    private int _count;
    private int _dismissed;
    private volatile bool _closed;

    /// <summary>Clients that have joined, in order.</summary>
    public ChannelReader<ConnectedClient> Joined => _joined.Reader;

    /// <summary>Clients that are there.</summary>
    public IReadOnlyCollection<ConnectedClient> Clients => [.. _clients.Values.Where(client => !client.Departed.IsCompleted)];

    /// <summary>Puts the gate before a request's bytes.</summary>
    public static async Task GuardAsync(HttpContext request, RequestDelegate next)
    {
        using MessageGate gate = new(request.Request.BodyReader);
        request.Features.Set<IRequestBodyPipeFeature>(gate);
        request.Features.Set(gate);
        await next(request).ConfigureAwait(false);
    }

    /// <summary>Serves a client until it is gone.</summary>
    public async Task ServeAsync(IAsyncStreamReader<ToServer> replies, IServerStreamWriter<ToClient> orders, HttpContext request)
    {
        string address = $"{request.Connection.RemoteIpAddress}:{request.Connection.RemotePort}";
        ConnectionGuard.NoteJoin(request.Features.Get<IConnectionItemsFeature>()?.Items);
        LetIn(address, request.Request.Headers.Authorization);
        try
        {
            await WelcomeAsync(replies, orders, request, address).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Lets nobody in any more, and sends everyone home.</summary>
    public Task CloseAsync(TimeSpan comeAgain)
    {
        _closed = true;
        _joined.Writer.TryComplete();
        return Task.WhenAll(_clients.Values.Select(client => client.SendHomeAsync(comeAgain)));
    }

    private void LetIn(string address, string? authorization)
    {
        if (!_token.Admits(authorization))
        {
            throw Refuse(address, StatusCode.Unauthenticated, authorization is null ? "it shows no token" : "it shows another token");
        }

        if (_closed)
        {
            throw Refuse(address, StatusCode.Unavailable, "the server is stopping");
        }

        if (Interlocked.Increment(ref _count) > server.Options.MaximumClients && !TryMakeRoom())
        {
            Interlocked.Decrement(ref _count);
            throw Refuse(address, StatusCode.ResourceExhausted, $"there are {server.Options.MaximumClients} clients already");
        }
    }

    /// <summary>Has the client leave that has been asked longest for its properties and has not told them: it may never.</summary>
    /// <returns>Whether there was one. One leaves for each that is let in beyond the limit.</returns>
    private bool TryMakeRoom()
    {
        while (_clients.Select(entry => entry.Value).Where(client => client.IsSilent).MinBy(client => client.Number) is { } silent)
        {
            if (silent.TryGiveUp())
            {
                _ = DismissAsync(silent);
                return true;
            }
        }

        return false;
    }

    private async Task DismissAsync(ConnectedClient client)
    {
        const string Reason = "it did not tell its properties while others waited to be let in";
        if (Interlocked.Increment(ref _dismissed) > MostDismissed)
        {
            client.Drop(Reason);
        }
        else
        {
            await client.DismissAsync(_afterCrowd, Reason).ConfigureAwait(false);
        }

        Interlocked.Decrement(ref _dismissed);
    }

    private RpcException Refuse(string address, StatusCode code, string reason)
    {
        server.Log($"{address} was not let in: {reason}");
        return new(new Status(code, reason));
    }

    private async Task WelcomeAsync(IAsyncStreamReader<ToServer> replies, IServerStreamWriter<ToClient> orders, HttpContext request, string address)
    {
        long number = Interlocked.Increment(ref _numbers);
        ClientSession session = new(server, orders);
        request.Features.GetRequiredFeature<MessageGate>().Judge = session;
        ConnectedClient client = new(number, address, session, server.Options);
        _clients[number] = client;
        server.Log($"client {number} ({address}) joined");
        if (!_joined.Writer.TryWrite(client))
        {
            session.Drop("the server is stopping");
        }

        await session.RunAsync(replies).ConfigureAwait(false);
        _clients.TryRemove(number, out _);
        ClientDeparture departure = await session.Departed.ConfigureAwait(false);
        server.Log($"client {number} ({address}) {departure.Verb}: {departure.Reason}");
        if (departure.Kind is DepartureKind.Dropped or DepartureKind.TimedOut)
        {
            StatusCode code = departure.Kind == DepartureKind.Dropped ? StatusCode.InvalidArgument : StatusCode.DeadlineExceeded;
            throw new RpcException(new Status(code, departure.Reason));
        }
    }
}
