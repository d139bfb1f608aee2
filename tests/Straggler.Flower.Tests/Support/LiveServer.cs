using Straggler.Arrays;
using Straggler.Federation;
using Straggler.Flower.Client;
using Straggler.Flower.Live;
using Straggler.Flower.Server;
using Straggler.Simulation;
using Straggler.Training;

namespace Straggler.Flower.Tests.Support;

/// <summary>A server whose clients a loop would see; its model is the example's, where no other is said.</summary>
internal sealed class LiveServer : IAsyncDisposable
{
    private readonly List<Task> _stays = [];

    private LiveServer(RunningServer running, int clients, LocalTrainingOptions recipe, WireLayout layout, float[] initial)
    {
        Running = running;
        Roster = ClientRoster.Open(running.Server, clients, running.Clock, running.Log.Write);
        Model = new(layout);
        Clients = new(Roster, Model, recipe);
        Versions = new(layout.Parameters, initial);
    }

    public RunningServer Running { get; }

    public ClientRoster Roster { get; }

    public LiveModel Model { get; }

    public LiveClients Clients { get; }

    public VersionStore Versions { get; }

    public static async Task<LiveServer> StartAsync(int clients, FlowerServerOptions? options = null, LocalTrainingOptions? recipe = null) =>
        new(await RunningServer.StartAsync(options), clients, recipe ?? new(), Example.Layout, new float[Example.Layout.Parameters.Length]);

    /// <summary>A server of one client and of another model, which lets answers pass that are not finite.</summary>
    public static async Task<LiveServer> StartAsync(WireLayout layout, float[] initial) =>
        new(await RunningServer.StartAsync(new() { AllowNonFinite = true }), 1, new(), layout, initial);

    /// <summary>A server of so many clients, who are there when its clock starts.</summary>
    public static async Task<LiveServer> BeginAsync(params FreeMember[] members)
    {
        LiveServer server = await StartAsync(members.Length);
        await server.JoinAsync(members);
        server.Clients.Begin(VirtualTime.Zero);
        return server;
    }

    /// <summary>Has clients join, one after the other, before the clock starts.</summary>
    public async Task JoinAsync(params IFlowerClient[] clients)
    {
        foreach (IFlowerClient client in clients)
        {
            _stays.Add(Running.StayAsync(client));
            await Roster.WaitForAsync(_stays.Count, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Sends a client its first task.</summary>
    public ITraining Send(int client) => Clients.Start(new(client, 0, ClientAlgorithm.Plain), Versions.Current, VirtualTime.Never);

    /// <summary>What is heard next.</summary>
    public async Task<LiveEvent> NextAsync() => (await Clients.NextAsync(VirtualTime.Never, TestContext.Current.CancellationToken))!.Value;

    /// <summary>What is heard next, and of whom.</summary>
    public async Task<(LiveEventKind Kind, int Client)> HeardAsync()
    {
        LiveEvent heard = await NextAsync();
        return (heard.Kind, heard.Client);
    }

    public async ValueTask DisposeAsync()
    {
        await Running.DisposeAsync();
        Versions.Dispose();
    }
}
