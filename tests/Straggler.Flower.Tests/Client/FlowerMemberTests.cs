using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using Straggler.Flower.Client;
using Straggler.Flower.Server;
using Straggler.Flower.Tests.Support;

namespace Straggler.Flower.Tests.Client;

public sealed class FlowerMemberTests
{
    private const int Limit = 60_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Run_SentAway_ComesAgainWhenItWasTold()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        (ConnectedClient first, Task stay) = await server.JoinAsync(new ScriptedClient(Example.Layout));

        await first.SendHomeAsync(TimeSpan.FromSeconds(7));
        await server.Clock.WhenTimerAsync(TimeSpan.FromSeconds(7));
        Assert.Empty(server.Server.Clients);
        server.Clock.Advance(TimeSpan.FromSeconds(7));
        ConnectedClient second = await server.NextClientAsync();
        FitResult result = await second.FitAsync(Example.Model, Example.Layout, Example.NoConfig, new float[6], Cancellation);
        await second.SendHomeAsync(TimeSpan.Zero);
        await stay;

        Assert.Equal((2, 10), (second.Number, result.Samples));
    }

    [Fact(Timeout = Limit)]
    public async Task Run_SentAwayForLongerThanATimerKnows_ComesAgainWhenItWasTold()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        (ConnectedClient first, Task stay) = await server.JoinAsync(new ScriptedClient(Example.Layout));

        await first.SendHomeAsync(TimeSpan.FromDays(67));
        foreach (int days in new[] { 30, 30, 7 })
        {
            await server.Clock.WhenTimerAsync(TimeSpan.FromDays(days));
            server.Clock.Advance(TimeSpan.FromDays(days));
        }

        ConnectedClient second = await server.NextClientAsync();
        await second.SendHomeAsync(TimeSpan.Zero);
        await stay;
        Assert.Equal(2, second.Number);
    }

    /// <summary>The waits are 1, 2 and 4 s; chance is 0, so none is shortened.</summary>
    [Fact(Timeout = Limit)]
    public async Task Run_NoServer_WaitsLongerEachTimeAndGivesUp()
    {
        // A port that is taken and not listened at: no server of another test can come to have it meanwhile.
        using Socket silent = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        ManualClock clock = new();
        LineLog log = new();
        Task stay = new FlowerMember(new() { Server = silent.LocalEndPoint!.ToString()!, MaximumFailures = 4 }, clock, () => 0, log.Write)
            .RunAsync(new ScriptedClient(Example.Layout), Cancellation);
        foreach (int seconds in new[] { 1, 2, 4 })
        {
            await clock.WhenTimerAsync(TimeSpan.FromSeconds(seconds));
            clock.Advance(TimeSpan.FromSeconds(seconds));
        }

        string server = silent.LocalEndPoint.ToString()!;
        Assert.Equal(
            $"{server} cannot be reached: nobody listens there; is the server running, and are address and port right?",
            (await Assert.ThrowsAsync<FlowerException>(() => stay)).Message);
        Assert.Equal(3, log.Lines.Count);
        Assert.Equal($"{server}: nobody listens there; is the server running, and are address and port right?; joining again in 1.0 s", log.Lines[0]);
    }

    [Fact(Timeout = Limit)]
    public async Task Run_StreamEndsWhileItTrains_JoinsAgain()
    {
        TimeSpan patience = TimeSpan.FromMinutes(3);
        await using RunningServer server = await RunningServer.StartAsync(new() { ReplyTimeout = patience });
        TaskCompletionSource training = new();
        ScriptedClient scripted = new(Example.Layout) { BeforeFit = () => training.Task };
        (ConnectedClient first, Task stay) = await server.JoinAsync(scripted, maximumFailures: 2);

        Task<FitResult> lost = first.FitAsync(Example.Model, Example.Layout, Example.NoConfig, new float[6], Cancellation);
        await server.Clock.WhenTimerAsync(patience);
        server.Clock.Advance(patience);
        Assert.Equal(DepartureKind.TimedOut, (await Assert.ThrowsAsync<ClientGoneException>(() => lost)).Departure.Kind);
        training.SetResult();
        await server.Clock.WhenTimerAsync(TimeSpan.FromSeconds(1));
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        ConnectedClient second = await server.NextClientAsync();
        _ = await second.FitAsync(Example.Model, Example.Layout, Example.NoConfig, new float[6], Cancellation);
        await server.Server.StopAsync(TimeSpan.Zero);
        await stay;

        Assert.Equal(2, scripted.Configs.Count);
    }

    /// <summary>Nothing is read meanwhile, so that the break is noticed when the answer is written.</summary>
    [Fact(Timeout = Limit)]
    public async Task Run_ConnectionBreaksWhileItTrains_JoinsAgain()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Relay relay = new(server.Server.Port);
        TaskCompletionSource begun = new(), training = new();
        ScriptedClient scripted = new(Example.Layout)
        {
            BeforeFit = () =>
            {
                begun.SetResult();
                return training.Task;
            },
        };
        Task stay = new FlowerMember(new() { Server = relay.Address, MaximumFailures = 2 }, server.Clock, () => 0, _ => { }).RunAsync(scripted, Cancellation);
        ConnectedClient first = await server.NextClientAsync();
        Task<FitResult> lost = first.FitAsync(Example.Model, Example.Layout, Example.NoConfig, new float[6], Cancellation);
        await begun.Task;

        relay.Cut();
        Assert.Equal(DepartureKind.Lost, (await Assert.ThrowsAsync<ClientGoneException>(() => lost)).Departure.Kind);
        training.SetResult();
        await await Task.WhenAny(stay, server.Clock.WhenTimerAsync(TimeSpan.FromSeconds(1)));
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        ConnectedClient second = await server.NextClientAsync();
        await second.SendHomeAsync(TimeSpan.Zero);
        await stay;

        Assert.Equal(2, second.Number);
    }

    [Fact(Timeout = Limit)]
    public async Task Run_TrainingThrows_EndsWithThatException()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        (ConnectedClient client, Task stay) = await server.JoinAsync(
            new ScriptedClient(Example.Layout) { BeforeFit = () => throw new InvalidDataException("no data") });

        await Assert.ThrowsAsync<ClientGoneException>(
            () => client.FitAsync(Example.Model, Example.Layout, Example.NoConfig, new float[6], Cancellation));
        Assert.Equal("no data", (await Assert.ThrowsAsync<InvalidDataException>(() => stay)).Message);
    }

    [Fact(Timeout = Limit)]
    public async Task Run_ToldToLeave_Leaves()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using CancellationTokenSource enough = new();
        Task stay = new FlowerMember(new() { Server = server.Address }, server.Clock, () => 0, _ => { })
            .RunAsync(new ScriptedClient(Example.Layout), enough.Token);
        ConnectedClient client = await server.NextClientAsync();

        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stay);
        Assert.Equal(DepartureKind.Lost, (await client.Departed).Kind);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:")]
    [InlineData("localhost:99999")]
    [InlineData("http://localhost:8080")]
    [InlineData("localhost:8080/path")]
    [InlineData("me@localhost:8080")]
    [InlineData("")]
    public void Options_NoServer_AreRefused(string server) => Assert.Throws<ValidationException>(
        () => new FlowerMember(new() { Server = server }, TimeProvider.System, () => 0, _ => { }));

    [Theory]
    [InlineData("localhost:80")]
    [InlineData("example.org:8080")]
    [InlineData("[::1]:8080")]
    public void Options_Server_IsTaken(string server) => _ = new FlowerMember(new() { Server = server }, TimeProvider.System, () => 0, _ => { });
}
