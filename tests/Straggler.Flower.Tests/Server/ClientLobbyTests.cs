using System.IO.Pipelines;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Straggler.Flower.Server;
using Straggler.Flower.Tests.Support;
using Straggler.Flower.Wire;

namespace Straggler.Flower.Tests.Server;

public sealed class ClientLobbyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Whoever drops a client may be overtaken by the end of its stream: here the stream is over before the dropping is.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Drop_WhileTheStreamEnds_HurtsNobody()
    {
        Stream stream = new();
        Task served = Task.CompletedTask;
        int departures = 0;
        ClientLobby lobby = new(new(new(), new ManualClock(), _ => { })
        {
            Departing = () =>
            {
                departures++;
                stream.End.SetResult(false);
                Await(served);
            },
        });
        served = lobby.ServeAsync(stream, stream, Request());
        ConnectedClient client = await lobby.Joined.ReadAsync(Cancellation);

        await Task.Run(() => client.Drop("it did what it may not"), Cancellation);

        Assert.Equal(1, departures);
        Assert.Equal("it did what it may not", (await Assert.ThrowsAsync<RpcException>(() => served)).Status.Detail);
        Assert.Equal(DepartureKind.Dropped, (await client.Departed).Kind);
        Assert.False(client.IsBusy);
        Assert.Empty(lobby.Clients);
    }

    /// <summary>Waits here, as a thread that is overtaken does, and looks at no failure.</summary>
    private static void Await(Task task) => Task.WaitAny([task], Cancellation);

    private static DefaultHttpContext Request()
    {
        DefaultHttpContext request = new();
        request.Features.Set(new MessageGate(PipeReader.Create(System.IO.Stream.Null)));
        return request;
    }

    /// <summary>A stream that says nothing and ends when it is told to.</summary>
    private sealed class Stream : IAsyncStreamReader<ToServer>, IServerStreamWriter<ToClient>
    {
        public TaskCompletionSource<bool> End { get; } = new();

        public ToServer Current => throw new InvalidOperationException();

        public WriteOptions? WriteOptions { get; set; }

        public Task<bool> MoveNext(CancellationToken cancellationToken) => End.Task.WaitAsync(cancellationToken);

        public Task WriteAsync(ToClient message) => Task.CompletedTask;
    }
}
