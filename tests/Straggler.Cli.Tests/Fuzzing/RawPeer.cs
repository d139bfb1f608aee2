using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Straggler.Cli.Tests.Fuzzing;

/// <summary>Where a server listens, and what it asks for.</summary>
/// <param name="Port">Its port.</param>
/// <param name="Certificate">PEM file of its certificate, if it talks with encryption.</param>
/// <param name="Token">Its token; null if it has none.</param>
internal sealed record Target(int Port, string? Certificate, string? Token)
{
    /// <summary>The headers of a proper request to join.</summary>
    public byte[] Request() => Bytes.Request(token: Token, secure: Certificate is not null);
}

/// <summary>A connection on which anything may be said.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly TcpClient _socket = new() { NoDelay = true };
    private readonly List<byte> _data = [];
    private readonly Target _target;
    private Stream _stream = Stream.Null;
    private bool _isOver;

    private RawPeer(Target target) => _target = target;

    /// <summary>The port here, by which the server's log names it.</summary>
    public int LocalPort { get; private set; }

    /// <summary>Connects; with the encryption that the server wants, unless that is what is tried.</summary>
    public static async Task<RawPeer> ConnectAsync(Target target, CancellationToken cancellation, bool plain = false)
    {
        RawPeer peer = new(target);
        try
        {
            await peer._socket.ConnectAsync(IPAddress.Loopback, target.Port, cancellation);
            peer._socket.LingerState = new(true, 0);
            peer.LocalPort = ((IPEndPoint)peer._socket.Client.LocalEndPoint!).Port;
            peer._stream = peer._socket.GetStream();
            if (target.Certificate is { } root && !plain)
            {
                X509ChainPolicy trust = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
                trust.CustomTrustStore.ImportFromPemFile(root);
                SslStream secure = new(peer._stream);
                peer._stream = secure;
                await secure.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions
                    {
                        TargetHost = "localhost",
                        ApplicationProtocols = [SslApplicationProtocol.Http2],
                        CertificateChainPolicy = trust,
                    },
                    cancellation);
            }

            return peer;
        }
        catch
        {
            peer.Dispose();
            throw;
        }
    }

    /// <summary>Sends bytes.</summary>
    public async Task SendAsync(byte[] bytes, CancellationToken cancellation) => await _stream.WriteAsync(bytes, cancellation);

    /// <summary>Asks to join, properly, on stream 1.</summary>
    public Task JoinAsync(CancellationToken cancellation, byte[]? settings = null) => SendAsync(
        [.. Bytes.Preface, .. Bytes.Frame(Bytes.Settings, 0, 0, settings ?? []), .. Bytes.Frame(Bytes.Headers, Bytes.EndHeaders, 1, _target.Request())],
        cancellation);

    /// <summary>Sends a message on stream 1, in frames of 16 KB.</summary>
    public async Task SendMessageAsync(byte[] message, CancellationToken cancellation)
    {
        foreach (byte[] part in Bytes.Message(message).Chunk(1 << 14))
        {
            await SendAsync(Bytes.Frame(Bytes.Data, 0, 1, part), cancellation);
        }
    }

    /// <summary>Says no more, but listens.</summary>
    public void Fall() => _socket.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Waits for the next order: 1 reconnect, 2 get_properties, 3 get_parameters, 4 fit, 5 evaluate; null when the stream is over.</summary>
    public async Task<int?> NextOrderAsync(CancellationToken cancellation)
    {
        while (!_isOver)
        {
            if (_data.Count >= 5 && BinaryPrimitives.ReadInt32BigEndian(_data.GetRange(1, 4).ToArray()) is var length && _data.Count >= 5 + length)
            {
                int kind = length == 0 ? 0 : _data[5] >> 3;
                _data.RemoveRange(0, 5 + length);
                return kind;
            }

            await ReadFrameAsync(cancellation);
        }

        return null;
    }

    /// <summary>Reads and answers what HTTP/2 asks for until the server ends the stream or the connection.</summary>
    public async Task UntilOverAsync(CancellationToken cancellation)
    {
        while (await NextOrderAsync(cancellation) is not null)
        {
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private async Task ReadFrameAsync(CancellationToken cancellation)
    {
        byte[] head = new byte[9];
        if (await _stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellation) < head.Length)
        {
            _isOver = true;
            return;
        }

        byte[] payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
        await _stream.ReadExactlyAsync(payload, cancellation);
        uint stream = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(5));
        bool isAnswer = (head[4] & 1) != 0;
        switch (head[3])
        {
            case Bytes.Data:
                _data.AddRange(payload);
                _isOver = isAnswer;
                if (payload.Length > 0)
                {
                    byte[] more = Bytes.BigEndian((uint)payload.Length);
                    await SendAsync([.. Bytes.Frame(Bytes.WindowUpdate, 0, 0, more), .. Bytes.Frame(Bytes.WindowUpdate, 0, stream, more)], cancellation);
                }

                break;
            case Bytes.Headers:
                _isOver = isAnswer;
                break;
            case Bytes.Reset or Bytes.GoAway:
                _isOver = true;
                break;
            case Bytes.Settings or Bytes.Ping when !isAnswer:
                await SendAsync(Bytes.Frame(head[3], 1, 0, head[3] == Bytes.Ping ? payload : []), cancellation);
                break;
            default:
                break;
        }
    }
}
