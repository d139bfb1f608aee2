using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Straggler.Dashboard.Runs;
using Straggler.Dashboard.Web;
using Straggler.Reports;

namespace Straggler.Dashboard;

/// <summary>A page on 127.0.0.1 that lists the runs of a folder, follows those that are going on and compares them.</summary>
/// <remarks>It reads the files of the run directories and writes nothing; docs/dashboard.md says who may ask for what.</remarks>
public sealed class DashboardServer : IAsyncDisposable
{
    private const int MostConnections = 256;
    private const int MostCurves = 100;

    /// <summary>Room for as many names of runs in an address.</summary>
    private const int LongestRequestLine = 64 << 10;

    private readonly WebApplication _application;
    private readonly RunCatalog _catalog;
    private readonly DashboardOptions _options;
    private readonly CancellationTokenSource _ended = new();
    private Task _polling = Task.CompletedTask;

    private DashboardServer(DashboardOptions options)
    {
        _options = options;
        _catalog = new(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Folder)), options.Clock, options.Interval);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxRequestLineSize = LongestRequestLine;
            kestrel.Listen(IPAddress.Loopback, options.Port);
        });
        _application = builder.Build();
        _application.Use(next => context => RequestGuard.InvokeAsync(context, next));
        Map(_application);
    }

    /// <summary>Where it is: <c>http://127.0.0.1:5800/</c>.</summary>
    public Uri Address => new(_application.Urls.First());

    /// <summary>Starts it.</summary>
    /// <param name="options">What it shows, and where.</param>
    /// <exception cref="ReportException">There is no such folder, or the port is taken.</exception>
    public static async Task<DashboardServer> StartAsync(DashboardOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!Directory.Exists(options.Folder))
        {
            throw new ReportException($"{options.Folder}: there is no such folder; expected one with run directories in it, such as runs.");
        }

        DashboardServer server = new(options);
        try
        {
            await server._application.StartAsync().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw new ReportException($"--port: 127.0.0.1:{options.Port} cannot be had: {(fault.InnerException ?? fault).Message}. Choose another port, or 0 for any free one.", fault);
        }

        server._polling = server.PollAsync();
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _polling.ConfigureAwait(false);
        await _application.StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
        _ended.Dispose();
    }

    private void Map(IEndpointRouteBuilder routes)
    {
        string[] methods = [HttpMethods.Get, HttpMethods.Head];
        void Get(string pattern, RequestDelegate answer) => routes.MapMethods(pattern, methods, answer);
        Get("/", Assets.PageAsync);
        Get("/run", Assets.PageAsync);
        Get("/compare", Assets.PageAsync);
        Get("/assets/{name}", Assets.FileAsync);
        Get("/api/runs", ListAsync);
        Get("/api/run", context => RunDetails.ServeAsync(context, _catalog));
        Get("/api/compare", context => RunComparison.ServeAsync(context, _catalog));
        Get("/api/events", FollowAsync);
        Get("/files/{**path}", context => RunFiles.ServeAsync(context, _catalog));
        routes.MapFallback(Answer.NotFoundAsync);
    }

    private Task ListAsync(HttpContext context)
    {
        _catalog.RefreshIfOld();
        return Answer.JsonAsync(context, json => RunJson.Write(json, _catalog.Since(-1, null)));
    }

    private async Task FollowAsync(HttpContext context)
    {
        HashSet<string> chosen = [.. context.Request.Query["run"].OfType<string>()];
        if (chosen.Count > MostCurves)
        {
            await Answer.ProblemAsync(context, StatusCodes.Status400BadRequest, $"At most {MostCurves} runs can be followed at once.").ConfigureAwait(false);
            return;
        }

        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _ended.Token);
        try
        {
            await new EventStream(_catalog, chosen, context.Response)
                .RunAsync(LastEvent(context.Request), _options.Heartbeat, _options.Clock, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The page was closed, or the dashboard is.
        }
    }

    /// <summary>The last event that a page has got, as the browser says it, or as a page does that opens a stream anew.</summary>
    private static string? LastEvent(HttpRequest request) => (string?)request.Headers["Last-Event-ID"] ?? request.Query["last"];

    /// <summary>Looks at the files at every tick while a page is open.</summary>
    private async Task PollAsync()
    {
        using PeriodicTimer timer = new(_options.Interval, _options.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token).ConfigureAwait(false))
            {
                if (_catalog.IsWatched)
                {
                    _catalog.Refresh();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The dashboard is closed.
        }
    }
}
