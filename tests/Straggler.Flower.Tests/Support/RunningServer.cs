using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Straggler.Flower.Client;
using Straggler.Flower.Server;
using Straggler.Flower.Wire;

namespace Straggler.Flower.Tests.Support;

/// <summary>A server on a free port of this machine, with its log and a clock that stands still.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly List<IDisposable> _guests = [];

    private RunningServer(FlowerServer server, ManualClock clock, LineLog log)
    {
        Server = server;
        Clock = clock;
        Log = log;
    }

    public FlowerServer Server { get; }

    public ManualClock Clock { get; }

    public LineLog Log { get; }

    public string Address => $"{IPAddress.Loopback}:{Server.Port}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<RunningServer> StartAsync(FlowerServerOptions? options = null)
    {
        ManualClock clock = new();
        LineLog log = new();
        return new(await FlowerServer.StartAsync((options ?? new()) with { Port = 0 }, clock, log.Write, Cancellation), clock, log);
    }

    /// <summary>The next client that joined.</summary>
    public async Task<ConnectedClient> NextClientAsync() => await Server.Joined.ReadAsync(Cancellation);

    /// <summary>Joins by hand, to say what no proper client would.</summary>
    public async Task<(ConnectedClient Client, AsyncDuplexStreamingCall<TReply, ToClient> Call)> JoinAsync<TReply>(Marshaller<TReply> replies)
        where TReply : class
    {
        Method<ToServer, ToClient> join = JoinMethod.Create(long.MaxValue);
        GrpcChannel channel = GrpcChannel.ForAddress($"http://{Address}", new() { MaxReceiveMessageSize = null, MaxSendMessageSize = null });
        AsyncDuplexStreamingCall<TReply, ToClient> call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(
            new Method<TReply, ToClient>(join.Type, join.ServiceName, join.Name, replies, join.ResponseMarshaller), null, new CallOptions(cancellationToken: Cancellation));
        _guests.Add(call);
        _guests.Add(channel);
        return (await NextClientAsync(), call);
    }

    /// <summary>Joins by hand.</summary>
    public Task<(ConnectedClient Client, AsyncDuplexStreamingCall<ToServer, ToClient> Call)> JoinAsync() =>
        JoinAsync(JoinMethod.Create(long.MaxValue).RequestMarshaller);

    /// <summary>Joins as a proper client that somebody else reads from those who joined.</summary>
    public Task StayAsync(IFlowerClient client, int maximumFailures = 1) =>
        new FlowerMember(new() { Server = Address, MaximumFailures = maximumFailures }, Clock, () => 0, _ => { }).RunAsync(client, Cancellation);

    /// <summary>Joins as a proper client.</summary>
    public async Task<(ConnectedClient Client, Task Stay)> JoinAsync(IFlowerClient client, int maximumFailures = 1)
    {
        Task stay = StayAsync(client, maximumFailures);
        return (await NextClientAsync(), stay);
    }

    /// <summary>Stops it while this many clients take no goodbye: they are waited for so long only.</summary>
    public async Task StopWithoutAnswerAsync(int clients)
    {
        TimeSpan goodbye = new FlowerServerOptions().GoodbyeTimeout;
        Task stop = Server.StopAsync(TimeSpan.Zero);
        await Clock.WhenTimerAsync(goodbye, clients);
        Clock.Advance(goodbye);
        await stop.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _guests.ForEach(guest => guest.Dispose());
        await Server.DisposeAsync();
    }
}
