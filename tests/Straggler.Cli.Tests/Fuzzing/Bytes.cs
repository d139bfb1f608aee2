using System.Buffers.Binary;
using System.Text;

namespace Straggler.Cli.Tests.Fuzzing;

/// <summary>Writes what travels, byte by byte and from the tables of the formats alone: HTTP/2 frames, gRPC messages, protobuf fields, .npy files.</summary>
internal static class Bytes
{
    public const byte Data = 0, Headers = 1, Priority = 2, Reset = 3, Settings = 4, PushPromise = 5, Ping = 6, GoAway = 7, WindowUpdate = 8, Continuation = 9;
    public const byte EndStream = 1, EndHeaders = 4;

    public static byte[] Preface { get; } = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    /// <summary>A frame; it says that it is as long as its payload, or as long as one likes.</summary>
    public static byte[] Frame(byte type, byte flags, uint stream, byte[] payload, int? length = null)
    {
        int said = length ?? payload.Length;
        byte[] frame = [(byte)(said >> 16), (byte)(said >> 8), (byte)said, type, flags, 0, 0, 0, 0, .. payload];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(5), stream);
        return frame;
    }

    /// <summary>A setting.</summary>
    public static byte[] Setting(ushort name, uint value) => [(byte)(name >> 8), (byte)name, .. BigEndian(value)];

    public static byte[] BigEndian(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>A header in plain letters; indexed or not.</summary>
    public static byte[] Header(string name, string value, bool indexed = false) => [(byte)(indexed ? 0x40 : 0), .. HeaderText(name), .. HeaderText(value)];

    /// <summary>The headers of a request to join; null leaves one out.</summary>
    public static byte[] Request(
        string? path = "/flwr.proto.FlowerService/Join", string? method = "POST", string? contentType = "application/grpc", string? token = null, bool secure = false) =>
    [
        .. method is null ? [] : Header(":method", method), .. Header(":scheme", secure ? "https" : "http"), .. path is null ? [] : Header(":path", path),
        .. Header(":authority", "x"), .. Header("te", "trailers"), .. contentType is null ? [] : Header("content-type", contentType),
        .. token is null ? [] : Header("authorization", $"Bearer {token}"),
    ];

    /// <summary>A gRPC message; it says that it is as long as its content, or as long as one likes.</summary>
    public static byte[] Message(byte[] content, byte compressed = 0, uint? length = null) => [compressed, .. BigEndian(length ?? (uint)content.Length), .. content];

    /// <summary>A protobuf field with a length.</summary>
    public static byte[] Field(int number, params byte[][] content)
    {
        byte[] all = [.. content.SelectMany(part => part)];
        return [.. Varint(((ulong)number << 3) | 2), .. Varint((ulong)all.Length), .. all];
    }

    /// <summary>A protobuf field that is a text.</summary>
    public static byte[] Text(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    /// <summary>A protobuf field that is an integer.</summary>
    public static byte[] Integer(int number, long value) => [.. Varint((ulong)number << 3), .. Varint((ulong)value)];

    /// <summary>A protobuf field of 32 bits.</summary>
    public static byte[] Single(int number, float value) => [.. Varint(((ulong)number << 3) | 5), .. BitConverter.GetBytes(value)];

    /// <summary>A protobuf field of 64 bits.</summary>
    public static byte[] Double(int number, double value) => [.. Varint(((ulong)number << 3) | 1), .. BitConverter.GetBytes(value)];

    public static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value > 0x7F; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }

    /// <summary>A .npy file with this header text, unpadded.</summary>
    public static byte[] Npy(string header, byte[] elements, byte version = 1, uint? length = null)
    {
        byte[] text = Encoding.Latin1.GetBytes(header);
        uint said = length ?? (uint)text.Length;
        byte[] size = version == 1 ? [(byte)said, (byte)(said >> 8)] : [(byte)said, (byte)(said >> 8), (byte)(said >> 16), (byte)(said >> 24)];
        return [0x93, .. "NUMPY"u8, version, 0, .. size, .. text, .. elements];
    }

    /// <summary>A .npy file of this type and shape.</summary>
    public static byte[] Npy(string type, string shape, byte[] elements, bool fortran = false, byte version = 1) =>
        Npy($"{{'descr': '{type}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}\n", elements, version);

    private static byte[] HeaderText(string text)
    {
        byte[] letters = Encoding.Latin1.GetBytes(text);
        if (letters.Length < 127)
        {
            return [(byte)letters.Length, .. letters];
        }

        return [127, .. Varint((ulong)letters.Length - 127), .. letters];
    }
}
