using Grpc.Core;
using Straggler.Flower.Models;
using Straggler.Flower.Server;
using Straggler.Flower.Tests.Support;
using Straggler.Flower.Wire;

namespace Straggler.Flower.Tests.Server;

public sealed class FlowerServerTests
{
    private const int Limit = 60_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Client_EveryOrder_IsAnswered()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        ScriptedClient scripted = new(Example.Layout);
        (ConnectedClient client, Task stay) = await server.JoinAsync(scripted);

        IReadOnlyDictionary<string, Scalar>? properties = await client.GetPropertiesAsync(Config, Cancellation);
        WireModel? own = await client.GetParametersAsync(Example.NoConfig, Cancellation);
        float[] trained = new float[6];
        FitResult fit = await client.FitAsync(Example.Model, Example.Layout, Config, trained, Cancellation);
        EvaluateResult? evaluation = await client.EvaluateAsync(Example.Model, Example.NoConfig, Cancellation);
        await server.Server.StopAsync(TimeSpan.Zero);
        await stay;

        Assert.Equal(Config.ToDictionary(entry => "my " + entry.Key, entry => entry.Value), properties);
        float[] initial = new float[6];
        Example.Layout.Read(own!, initial);
        Assert.Equal([1, 1, 1, 1, 1, 1], initial);
        Assert.Equal([2, 3, 4, 5, 6, 7], trained);
        Assert.Equal((10, 6 * 4, 0.5), (fit.Samples, fit.ByteCount, fit.Metrics["train_loss"].Number));
        Assert.Equal(Config, scripted.Configs.Single());
        Assert.Equal((0.25, 7, "21"), (evaluation!.Loss, evaluation.Samples, evaluation.Metrics["sum"].Text));
        Assert.Equal(DepartureKind.Left, (await client.Departed).Kind);
        Assert.Equal(["joined", "left: "], server.Log.Lines.Select(line => line[(line.IndexOf(')', StringComparison.Ordinal) + 2)..][..6]));
    }

    [Fact(Timeout = Limit)]
    public async Task Clients_Several_WorkAtOnce()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        TaskCompletionSource release = new();
        (ConnectedClient slow, _) = await server.JoinAsync(new ScriptedClient(Example.Layout) { BeforeFit = () => release.Task });
        (ConnectedClient fast, _) = await server.JoinAsync(new ScriptedClient(Example.Layout, 10));

        float[] late = new float[6], early = new float[6];
        Task<FitResult> waiting = slow.FitAsync(Example.Model, Example.Layout, Example.NoConfig, late, Cancellation);
        _ = await fast.FitAsync(Example.Model, Example.Layout, Example.NoConfig, early, Cancellation);
        _ = await fast.FitAsync(Example.Model, Example.Layout, Example.NoConfig, early, Cancellation);
        bool waited = !waiting.IsCompleted;
        release.SetResult();
        _ = await waiting;

        Assert.True(waited);
        Assert.Equal([11, 12, 13, 14, 15, 16], early);
        Assert.Equal([2, 3, 4, 5, 6, 7], late);
    }

    [Fact(Timeout = Limit)]
    public async Task Client_NotImplemented_IsNoOffence()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        (ConnectedClient client, AsyncDuplexStreamingCall<ToServer, ToClient> call) = await server.JoinAsync();

        Task<IReadOnlyDictionary<string, Scalar>?> properties = client.GetPropertiesAsync(Example.NoConfig, Cancellation);
        await call.RequestStream.WriteAsync(new() { GetProperties = new() { Status = new() { Code = ReplyCode.NoGetProperties } } }, Cancellation);
        Assert.Null(await properties);
        Task<WireModel?> own = client.GetParametersAsync(Example.NoConfig, Cancellation);
        await call.RequestStream.WriteAsync(new() { GetParameters = new() { Status = new() { Code = ReplyCode.NoGetParameters } } }, Cancellation);
        Assert.Null(await own);
        Task<EvaluateResult?> evaluation = client.EvaluateAsync(Example.Model, Example.NoConfig, Cancellation);
        await call.RequestStream.WriteAsync(new() { Evaluate = new() { Status = new() { Code = ReplyCode.NoEvaluate } } }, Cancellation);
        Assert.Null(await evaluation);
        Assert.False(client.Departed.IsCompleted);
    }

    [Fact(Timeout = Limit)]
    public async Task Client_SecondTask_IsNotGivenBeforeTheFirstIsAnswered()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        (ConnectedClient client, AsyncDuplexStreamingCall<ToServer, ToClient> call) = await server.JoinAsync();
        using CancellationTokenSource impatience = new();

        Task<FitResult> first = client.FitAsync(Example.Model, Example.Layout, Example.NoConfig, new float[6], impatience.Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        Assert.True(client.IsBusy);
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.EvaluateAsync(Example.Model, Example.NoConfig, Cancellation));
        Task settled = client.Settled;
        Assert.False(settled.IsCompleted);
        await call.RequestStream.WriteAsync(Example.Fitted(), Cancellation);
        await settled;

        Task<FitResult> second = client.FitAsync(Example.Model, Example.Layout, Example.NoConfig, new float[6], Cancellation);
        await call.RequestStream.WriteAsync(Example.Fitted(), Cancellation);
        Assert.Equal(3, (await second).Samples);
    }

    [Fact(Timeout = Limit)]
    public async Task Client_EndsItsCallWithATask_TheTaskIsLost()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        (ConnectedClient client, AsyncDuplexStreamingCall<ToServer, ToClient> call) = await server.JoinAsync();

        Task<FitResult> task = client.FitAsync(Example.Model, Example.Layout, Example.NoConfig, new float[6], Cancellation);
        Assert.True(await call.ResponseStream.MoveNext(Cancellation));
        call.Dispose();

        ClientGoneException gone = await Assert.ThrowsAsync<ClientGoneException>(() => task);
        Assert.Equal(DepartureKind.Lost, gone.Departure.Kind);
        await client.Settled;
        await Assert.ThrowsAsync<ClientGoneException>(() => client.FitAsync(Example.Model, Example.Layout, Example.NoConfig, new float[6], Cancellation));
    }

    [Fact(Timeout = Limit)]
    public async Task SendHome_ClientSaysGoodbye_EndsItsStream()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        (ConnectedClient client, AsyncDuplexStreamingCall<ToServer, ToClient> call) = await server.JoinAsync();

        Task leaving = client.SendHomeAsync(TimeSpan.FromSeconds(7));
        Assert.True(await call.ResponseStream.MoveNext(Cancellation));
        Assert.Equal(7, call.ResponseStream.Current.Reconnect.Seconds);
        await call.RequestStream.WriteAsync(new() { Leaving = new() { Reason = LeavingReason.Reconnect } }, Cancellation);
        await leaving;

        Assert.Equal(new(DepartureKind.Left, "said goodbye (Reconnect)"), await client.Departed);
        Assert.False(await call.ResponseStream.MoveNext(Cancellation));
    }

    [Fact(Timeout = Limit)]
    public async Task SendHome_ClientDoesNotLeave_IsDoneWithoutIt()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        (ConnectedClient client, _) = await server.JoinAsync();

        Task leaving = client.SendHomeAsync(TimeSpan.Zero);
        await server.Clock.WhenTimerAsync(TimeSpan.FromSeconds(5));
        server.Clock.Advance(TimeSpan.FromSeconds(5));
        await leaving;

        Assert.Equal(DepartureKind.Left, (await client.Departed).Kind);
    }

    private static Dictionary<string, Scalar> Config { get; } = new()
    {
        ["lr"] = 0.1,
        ["epochs"] = 3L,
        ["big"] = Scalar.FromUInt64(ulong.MaxValue),
        ["shuffle"] = true,
        ["name"] = "ünï",
        ["salt"] = Scalar.FromBytes([0, 255]),
    };
}
