using System.Net;
using System.Net.Sockets;

namespace Straggler.Flower.Tests.Support;

/// <summary>Stands between clients and a server, so that a connection can break under both of them as when a machine goes down.</summary>
internal sealed class Relay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _ends = [];
    private readonly int _port;

    /// <summary>Opens it.</summary>
    /// <param name="port">The server's port on this machine.</param>
    public Relay(int port)
    {
        _port = port;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>Breaks all connections that there are; new ones are let through.</summary>
    public void Cut()
    {
        lock (_ends)
        {
            foreach (TcpClient end in _ends)
            {
                end.Client.Close(0);
            }

            _ends.Clear();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        Cut();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient near = await _listener.AcceptTcpClientAsync(), far = new();
                await far.ConnectAsync(IPAddress.Loopback, _port);
                lock (_ends)
                {
                    _ends.AddRange([near, far]);
                }

                _ = near.GetStream().CopyToAsync(far.GetStream());
                _ = far.GetStream().CopyToAsync(near.GetStream());
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // It is closed.
        }
    }
}
