using System.Net.Sockets;
using Grpc.Core;
using Straggler.Arrays;
using Straggler.Federation;
using Straggler.Flower.Models;
using Straggler.Flower.Server;
using Straggler.Flower.Tests.Support;
using Straggler.Flower.Wire;

namespace Straggler.Flower.Tests.Server;

/// <summary>Those who are slow, silent or half gone hold up nobody but themselves, and not for ever.</summary>
public sealed class SlownessTests
{
    private const int Limit = 60_000;

    private static readonly TimeSpan _transfer = TimeSpan.FromMinutes(2);

    /// <summary>From when a task has been sent, its answer is waited for this long.</summary>
    private static readonly TimeSpan _answer = new FlowerServerOptions().ReplyTimeout;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Task_NotAnsweredInTime_IsLost()
    {
        await using RunningServer server = await RunningServer.StartAsync(new() { ReplyTimeout = TimeSpan.FromMinutes(3) });
        (ConnectedClient client, AsyncDuplexStreamingCall<ToServer, ToClient> call) = await server.JoinAsync();

        Task<FitResult> task = Fit(client);
        await server.Clock.WhenTimerAsync(TimeSpan.FromMinutes(3));
        server.Clock.Advance(TimeSpan.FromMinutes(3));

        ClientGoneException gone = await Assert.ThrowsAsync<ClientGoneException>(() => task);
        Assert.Equal(new(DepartureKind.TimedOut, "it did not answer \"Fit\" within 00:03:00"), gone.Departure);
        RpcException told = await Assert.ThrowsAsync<RpcException>(async () => { while (await call.ResponseStream.MoveNext(Cancellation)) { } });
        Assert.Equal(StatusCode.DeadlineExceeded, told.StatusCode);
    }

    [Fact(Timeout = Limit)]
    public async Task Message_HalfSent_IsWaitedForSoLongOnly()
    {
        await using RunningServer server = await RunningServer.StartAsync(new() { TransferTimeout = _transfer });
        using RawClient raw = await RawClient.JoinAsync(server.Server.Port);
        ConnectedClient client = await server.NextClientAsync();

        Task<FitResult> task = Fit(client);
        await server.Clock.WhenTimerAsync(_answer);
        await raw.SendMessageAsync(1_000_000, new byte[10]);
        await server.Clock.WhenTimerAsync(_transfer);
        server.Clock.Advance(_transfer);

        Assert.Contains("its message did not arrive within 00:02:00", (await Assert.ThrowsAsync<ClientGoneException>(() => task)).Message, StringComparison.Ordinal);
    }

    /// <summary>Three messages of 1 MB fit at once; a fourth waits until one of them is given up.</summary>
    [Fact(Timeout = Limit)]
    public async Task Messages_ManyHalfSent_LeaveRoomForTheOthersInTheEnd()
    {
        await using RunningServer server = await RunningServer.StartAsync(new() { TransferTimeout = _transfer, MaximumUnfinishedBytes = 3_000_000 });
        RawClient[] flood = new RawClient[3];
        Task<FitResult>[] tasks = new Task<FitResult>[3];
        for (int i = 0; i < flood.Length; i++)
        {
            flood[i] = await RawClient.JoinAsync(server.Server.Port);
            tasks[i] = Fit(await server.NextClientAsync());
            await server.Clock.WhenTimerAsync(_answer);
            await flood[i].SendMessageAsync(1_000_000, new byte[10]);
            await server.Clock.WhenTimerAsync(_transfer);
            server.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        WireLayout layout = WireLayout.Of(new ParameterLayout([new("w", [250_000], ParameterKind.Parameter, 0)]));
        (ConnectedClient proper, _) = await server.JoinAsync(new ScriptedClient(layout));
        Task<FitResult> work = proper.FitAsync(layout.Write(new float[250_000]), layout, Example.NoConfig, new float[250_000], Cancellation);
        await server.Clock.WhenTimerAsync(_answer);
        server.Clock.Advance(_transfer);

        Assert.Equal(10, (await work).Samples);
        foreach (Task<FitResult> task in tasks)
        {
            await Assert.ThrowsAsync<ClientGoneException>(() => task);
        }

        Array.ForEach(flood, raw => raw.Dispose());
    }

    /// <summary>A message that has come makes room again: ten of a megabyte pass where only one has room at a time.</summary>
    [Fact(Timeout = Limit)]
    public async Task Messages_OneAfterTheOther_UseTheSameRoom()
    {
        await using RunningServer server = await RunningServer.StartAsync(new() { MaximumUnfinishedBytes = 1_500_000 });
        WireLayout layout = WireLayout.Of(new ParameterLayout([new("w", [250_000], ParameterKind.Parameter, 0)]));
        (ConnectedClient first, _) = await server.JoinAsync(new ScriptedClient(layout));
        (ConnectedClient second, _) = await server.JoinAsync(new ScriptedClient(layout));
        WireModel model = layout.Write(new float[250_000]);
        for (int round = 0; round < 5; round++)
        {
            FitResult[] results = await Task.WhenAll(new[] { first, second }.Select(
                client => client.FitAsync(model, layout, Example.NoConfig, new float[250_000], Cancellation)));
            Assert.All(results, result => Assert.Equal(1_000_000, result.ByteCount));
        }
    }

    /// <summary>The client's window takes 65,535 bytes; it never opens it again.</summary>
    [Fact(Timeout = Limit)]
    public async Task Model_NotTaken_IsOfferedSoLongOnly()
    {
        await using RunningServer server = await RunningServer.StartAsync(new() { TransferTimeout = _transfer });
        using RawClient raw = await RawClient.JoinAsync(server.Server.Port);
        ConnectedClient client = await server.NextClientAsync();
        (ConnectedClient proper, _) = await server.JoinAsync(new ScriptedClient(Example.Layout));
        WireLayout layout = WireLayout.Of(new ParameterLayout([new("w", [5_000_000], ParameterKind.Parameter, 0)]));

        Task<FitResult> task = client.FitAsync(layout.Write(new float[5_000_000]), layout, Example.NoConfig, new float[5_000_000], Cancellation);
        await server.Clock.WhenTimerAsync(_transfer);
        Assert.Equal(10, (await Fit(proper)).Samples);
        server.Clock.Advance(_transfer);

        Assert.Contains("did not take a message within 00:02:00", (await Assert.ThrowsAsync<ClientGoneException>(() => task)).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Stop_ClientThatTakesNothing_DoesNotHoldUpTheEnd()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using RawClient raw = await RawClient.JoinAsync(server.Server.Port);
        ConnectedClient client = await server.NextClientAsync();
        WireLayout layout = WireLayout.Of(new ParameterLayout([new("w", [5_000_000], ParameterKind.Parameter, 0)]));
        Task<FitResult> task = client.FitAsync(layout.Write(new float[5_000_000]), layout, Example.NoConfig, new float[5_000_000], Cancellation);

        await server.StopWithoutAnswerAsync(clients: 1);

        await Assert.ThrowsAsync<ClientGoneException>(() => task);
    }

    /// <summary>In real time, a few seconds: the web server asks by its own clock.</summary>
    [Fact(Timeout = Limit)]
    public async Task Connection_AnswersNoPing_IsLost()
    {
        FlowerServerOptions options = new() { PingInterval = TimeSpan.FromSeconds(1), PingTimeout = TimeSpan.FromSeconds(1) };
        await using RunningServer server = await RunningServer.StartAsync(options);
        using RawClient raw = await RawClient.JoinAsync(server.Server.Port);
        ConnectedClient client = await server.NextClientAsync();

        await Assert.ThrowsAsync<ClientGoneException>(() => Fit(client));
        Assert.Equal(DepartureKind.Lost, (await client.Departed).Kind);
    }

    /// <summary>In real time, a second or two.</summary>
    [Fact(Timeout = Limit)]
    public async Task Connection_NeverJoins_IsClosed()
    {
        await using RunningServer server = await RunningServer.StartAsync(new() { JoinTimeout = TimeSpan.FromSeconds(1) });
        using TcpClient visitor = new();
        await visitor.ConnectAsync("127.0.0.1", server.Server.Port, Cancellation);

        Assert.EndsWith("connected, but did not join", await server.Log.WhenAsync("did not join"), StringComparison.Ordinal);
    }

    private static Task<FitResult> Fit(ConnectedClient client) =>
        client.FitAsync(Example.Model, Example.Layout, Example.NoConfig, new float[6], Cancellation);
}
