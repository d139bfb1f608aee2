using System.Net;
using System.Net.Sockets;
using Straggler.Reports.Tests.Tracking;

namespace Straggler.Cli.Tests;

/// <summary>The fake tracking server behind a real address of this machine.</summary>
internal sealed class MlflowServer : IDisposable
{
    private readonly HttpListener _listener;
    private readonly Task _work;

    public MlflowServer()
    {
        (_listener, Address) = Listen();
        _work = ServeAsync();
    }

    public FakeMlflow State { get; } = new();

    public string Address { get; }

    public void Dispose()
    {
        _listener.Stop();
        _work.GetAwaiter().GetResult();
        _listener.Close();
        State.Dispose();
    }

    /// <summary>Listeners take no port 0; one that was free a moment ago may be taken, and then the next is tried.</summary>
    private static (HttpListener Listener, string Address) Listen()
    {
        for (int attempt = 1; ; attempt++)
        {
            using TcpListener probe = new(IPAddress.Loopback, 0);
            probe.Start();
            string address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
            probe.Stop();
            HttpListener listener = new() { Prefixes = { address } };
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException) when (attempt < 20)
            {
                listener.Close();
            }
        }
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync().ConfigureAwait(false);
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using MemoryStream body = new();
            await context.Request.InputStream.CopyToAsync(body).ConfigureAwait(false);
            using HttpResponseMessage answer = State.Handle(context.Request.HttpMethod, context.Request.Url!.AbsolutePath, context.Request.Url.Query, body.ToArray());
            context.Response.StatusCode = (int)answer.StatusCode;
            await answer.Content.CopyToAsync(context.Response.OutputStream).ConfigureAwait(false);
            context.Response.Close();
        }
    }
}
