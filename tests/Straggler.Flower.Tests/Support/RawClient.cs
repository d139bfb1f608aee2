using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Straggler.Flower.Tests.Support;

/// <summary>Joins by writing the bytes of HTTP/2 itself, and reads nothing, not even pings.</summary>
internal sealed class RawClient : IDisposable
{
    private const byte Data = 0, Headers = 1, Settings = 4;
    private const byte EndHeaders = 4;

    private readonly TcpClient _socket = new();

    private RawClient()
    {
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<RawClient> JoinAsync(int port)
    {
        RawClient client = new();
        await client._socket.ConnectAsync("127.0.0.1", port, Cancellation);
        byte[] headers =
        [
            .. Field(":method", "POST"), .. Field(":scheme", "http"), .. Field(":path", "/flwr.proto.FlowerService/Join"), .. Field(":authority", "x"),
            .. Field("te", "trailers"), .. Field("content-type", "application/grpc"),
        ];
        byte[] hello = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, []), .. Frame(Headers, EndHeaders, 1, headers)];
        await client._socket.GetStream().WriteAsync(hello, Cancellation);
        return client;
    }

    /// <summary>Sends a message that says it is this long, and this much of it.</summary>
    public async Task SendMessageAsync(int length, byte[] content)
    {
        byte[] prefix = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(1), length);
        await _socket.GetStream().WriteAsync(Frame(Data, 0, 1, [.. prefix, .. content]), Cancellation);
    }

    public void Dispose() => _socket.Dispose();

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        byte[] frame = [0, 0, 0, type, flags, 0, 0, 0, 0, .. payload];
        frame[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        return frame;
    }

    /// <summary>A header field in plain letters, not to be indexed.</summary>
    private static byte[] Field(string name, string value) => [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
}
