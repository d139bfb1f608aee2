using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
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
    private readonly WebApplication _host;
    private readonly ClientLobby _lobby;

    private FlowerServer(WebApplication host, ClientLobby lobby)
    {
        _host = host;
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
        WebApplication host = Build(server, lobby, Certificate(options));
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
        return new(host, lobby) { Port = new Uri(address).Port };
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

    private static WebApplication Build(ServerContext server, ClientLobby lobby, X509Certificate2? certificate)
    {
        // An empty builder reads no settings from files and variables, and logs nothing.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        IServiceCollection services = builder.Services;
        services.AddSingleton<IHostLifetime, QuietLifetime>();
        services.AddSingleton(server);
        services.AddSingleton(lobby);
        services.AddSingleton<IServiceMethodProvider<JoinService>, JoinService.Method>();
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = server.Options.MaximumMessageBytes;
            grpc.MaxSendMessageSize = null;
        });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, server, certificate));
        if (certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        WebApplication host = builder.Build();
        host.Use((request, next) => ClientLobby.GuardAsync(request, next));
        host.MapGrpcService<JoinService>();
        return host;
    }

    private static void Configure(KestrelServerOptions kestrel, ServerContext server, X509Certificate2? certificate)
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
            if (certificate is not null)
            {
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = certificate;
                    https.HandshakeTimeout = options.JoinTimeout;
                });
            }
        });
    }

    private static X509Certificate2? Certificate(FlowerServerOptions options)
    {
        if (options.CertificateFile is null)
        {
            return null;
        }

        try
        {
            return X509Certificate2.CreateFromPemFile(options.CertificateFile, options.PrivateKeyFile);
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new FlowerException($"{options.CertificateFile} with {options.PrivateKeyFile} is no usable certificate: {fault.Message}", fault);
        }
    }

    /// <summary>Signals are the command's business.</summary>
    private sealed class QuietLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
