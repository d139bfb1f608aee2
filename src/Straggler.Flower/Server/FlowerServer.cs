using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Threading.Channels;
using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Straggler.Flower.Server;

/// <summary>A server that Flower clients join: hands them out as they come, and keeps away whoever does not keep to the protocol.</summary>
public sealed class FlowerServer : IAsyncDisposable
{
    private static readonly TimeSpan _lingering = TimeSpan.FromSeconds(2);

    private readonly WebApplication _host;
    private readonly ServerContext _context;
    private readonly ClientLobby _lobby;

    private FlowerServer(WebApplication host, ServerContext context, ClientLobby lobby)
    {
        _host = host;
        _context = context;
        _lobby = lobby;
    }

    /// <summary>Clients as they join, in order; completes when the server stops. Some may be gone when they are read.</summary>
    public ChannelReader<ConnectedClient> Joined => _lobby.Joined;

    /// <summary>The clients that are there.</summary>
    public IReadOnlyCollection<ConnectedClient> Clients => _lobby.Clients;

    /// <summary>The port it listens on.</summary>
    public int Port { get; private set; }

    /// <summary>Starts a server.</summary>
    /// <param name="options">Where it listens and what its limits are.</param>
    /// <param name="clock">Measures timeouts.</param>
    /// <param name="log">Told what happens, a line each time; called from many threads.</param>
    /// <param name="cancellation">Gives the start up.</param>
    /// <exception cref="FlowerException">It cannot listen there, or has no usable certificate.</exception>
    /// <exception cref="ValidationException">The options make no sense.</exception>
    public static async Task<FlowerServer> StartAsync(
        FlowerServerOptions options, TimeProvider clock, Action<string> log, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(log);
        Validator.ValidateObject(options, new(options), validateAllProperties: true);
        ServerContext server = new(options, clock, new LogLimiter(log, clock).Write);
        ClientLobby lobby = new(server);
        WebApplication host = Build(server, lobby, ServerCertificates.Read(options));
        try
        {
            await host.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or System.Net.Sockets.SocketException)
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw new FlowerException($"The server cannot listen on {new IPEndPoint(options.Address, options.Port)}: {fault.Message}", fault);
        }

        string address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new(host, server, lobby) { Port = new Uri(address).Port };
    }

    /// <summary>Reads no larger messages than these from now on; for when the model becomes known, and with it what an answer may take.</summary>
    /// <param name="bytes">Largest message, in bytes; without effect if that of the options is lower.</param>
    public void LimitMessages(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        _context.LimitMessages(bytes);
    }

    /// <summary>Sends everyone home and stops listening.</summary>
    /// <param name="comeAgain">After how long clients shall come again; zero for never.</param>
    public async Task StopAsync(TimeSpan comeAgain)
    {
        await _lobby.CloseAsync(comeAgain).ConfigureAwait(false);
        await _host.StopAsync().ConfigureAwait(false);
    }

    /// <summary>Stops at once, if it has not been stopped; clients see their connections end.</summary>
    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static WebApplication Build(ServerContext server, ClientLobby lobby, ServerCertificates? certificates)
    {
        // An empty builder reads no settings from files and variables, and logs nothing.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        IServiceCollection services = builder.Services;
        services.AddSingleton<IHostLifetime, QuietLifetime>();

        // Everyone has been sent home by then; who still holds a connection open must not hold up the end.
        services.Configure<HostOptions>(host => host.ShutdownTimeout = _lingering);
        services.AddSingleton(server);
        services.AddSingleton(lobby);
        services.AddSingleton<IServiceMethodProvider<JoinService>, JoinService.Method>();
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = server.Options.MaximumMessageBytes;
            grpc.MaxSendMessageSize = null;
        });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, server, certificates));
        if (certificates is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        WebApplication host = builder.Build();
        host.Use((request, next) => ClientLobby.GuardAsync(request, next));
        host.MapGrpcService<JoinService>();
        return host;
    }

    private static void Configure(KestrelServerOptions kestrel, ServerContext server, ServerCertificates? certificates)
    {
        FlowerServerOptions options = server.Options;
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.KeepAliveTimeout = options.JoinTimeout;
        kestrel.Limits.RequestHeadersTimeout = options.JoinTimeout;
        kestrel.Limits.Http2.KeepAlivePingDelay = options.PingInterval;
        kestrel.Limits.Http2.KeepAlivePingTimeout = options.PingTimeout;
        ConnectionGuard guard = new(options.MaximumConnections, server.Log);
        kestrel.Listen(options.Address, options.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.Use(next => connection => guard.ServeAsync(connection, next));
            if (certificates is not null)
            {
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = certificates.Own;
                    https.ServerCertificateChain = certificates.Chain;
                    https.HandshakeTimeout = options.JoinTimeout;
                });
            }
        });
    }

    /// <summary>Signals are the command's business.</summary>
    private sealed class QuietLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
