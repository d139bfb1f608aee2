using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Straggler.Dashboard.Tests;

/// <summary>A dashboard on a free port, with a client, over a folder of its own.</summary>
internal sealed class RunningDashboard : IAsyncDisposable
{
    private readonly DashboardServer _server;

    private RunningDashboard(TemporaryRuns runs, ManualClock clock, DashboardServer server)
    {
        (Runs, Clock, _server) = (runs, clock, server);
        Client = new() { BaseAddress = server.Address };
    }

    public TemporaryRuns Runs { get; }

    public ManualClock Clock { get; }

    public HttpClient Client { get; }

    public Uri Address => _server.Address;

    public static async Task<RunningDashboard> StartAsync(TemporaryRuns? runs = null)
    {
        TemporaryRuns folder = runs ?? new();
        ManualClock clock = new();
        return new(folder, clock, await DashboardServer.StartAsync(new() { Folder = folder.Path, Port = 0, Clock = clock }));
    }

    public async Task<JsonElement> JsonAsync(string address)
    {
        using JsonDocument document = JsonDocument.Parse(await Client.GetStringAsync(address, TestContext.Current.CancellationToken));
        return document.RootElement.Clone();
    }

    /// <summary>Sends a request line and headers as they are, which no client library would, and gives the status.</summary>
    public async Task<int> StatusOfAsync(string request)
    {
        using TcpClient tcp = new();
        await tcp.ConnectAsync(Address.Host, Address.Port, TestContext.Current.CancellationToken);
        await using NetworkStream stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request.ReplaceLineEndings("\r\n") + "\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        using StreamReader reader = new(stream);
        string answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("SECRET", answer, StringComparison.Ordinal);
        return int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        Runs.Dispose();
    }
}
