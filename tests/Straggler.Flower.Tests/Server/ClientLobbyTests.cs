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

    /// <summary>Whoever drops a client may be overtaken by the end of its stream. Others who ask whether it is busy hold the dropping up half-way.</summary>
    [Fact]
    public async Task Drop_WhileTheStreamEnds_HurtsNobody()
    {
        ClientLobby lobby = new(new(new(), new ManualClock(), _ => { }));
        for (int round = 0; round < 2000; round++)
        {
            Stream stream = new();
            Task served = lobby.ServeAsync(stream, stream, Request());
            ConnectedClient client = await lobby.Joined.ReadAsync(Cancellation);
            using Barrier start = new(2);
            Task[] askers = [.. Enumerable.Range(0, 3).Select(asker => Task.Run(
                () =>
                {
                    while (!served.IsCompleted)
                    {
                        _ = client.IsBusy;
                    }
                },
                Cancellation))];
            Task drop = Task.Run(
                () =>
                {
                    start.SignalAndWait(Cancellation);
                    client.Drop("it did what it may not");
                },
                Cancellation);
            start.SignalAndWait(Cancellation);
            stream.End.SetResult(false);

            await drop;
            if (await client.Departed is { Kind: DepartureKind.Dropped })
            {
                await Assert.ThrowsAsync<RpcException>(() => served);
            }
            else
            {
                await served;
            }

            await Task.WhenAll(askers);
        }

        Assert.Empty(lobby.Clients);
    }

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
