using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Straggler.Tests.Arrays;

/// <summary>.npy files put together by hand.</summary>
internal static class Npy
{
    /// <summary>A file with the header that these texts make.</summary>
    public static byte[] File(string description, string shape, byte[] elements, string fortranOrder = "False") =>
        FileWithText($"{{'descr': '{description}', 'fortran_order': {fortranOrder}, 'shape': {shape}, }}\n", elements);

    /// <summary>A file of version 1 with this header.</summary>
    public static byte[] FileWithText(string text, byte[] elements)
    {
        byte[] length = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)text.Length);
        return [0x93, .. "NUMPY"u8, 1, 0, .. length, .. Encoding.ASCII.GetBytes(text), .. elements];
    }

    /// <summary>The values' bytes.</summary>
    public static byte[] Bytes(params ReadOnlySpan<float> values) => MemoryMarshal.AsBytes(values).ToArray();
}
