using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Straggler.Cli.Tests.Live;

/// <summary>The values in a model.safetensors.</summary>
internal static class SavedModel
{
    /// <summary>All values, in the order of the file: after a length of eight bytes and a header of that length.</summary>
    public static float[] Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int header = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return [.. MemoryMarshal.Cast<byte, float>(bytes.AsSpan(8 + header))];
    }
}
