namespace Straggler.Reports.TensorBoard;

/// <summary>CRC-32C (Castagnoli), as TFRecord files use it.</summary>
/// <remarks>Source: RFC 3720, section B.4; the masking is TensorFlow's, tensorflow/core/lib/hash/crc32c.h.</remarks>
internal static class Crc32C
{
    private const uint ReversedPolynomial = 0x82F63B78;
    private const uint MaskDelta = 0xA282EAD8;
    private static readonly uint[] _table = [.. Enumerable.Range(0, 256).Select(index => Entry((uint)index))];

    /// <summary>The checksum of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc = _table[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return ~crc;
    }

    /// <summary>The checksum, rotated and shifted so that the checksum of bytes that hold checksums stays meaningful.</summary>
    public static uint Masked(ReadOnlySpan<byte> bytes)
    {
        uint crc = Of(bytes);
        return ((crc >> 15) | (crc << 17)) + MaskDelta;
    }

    private static uint Entry(uint value)
    {
        for (int bit = 0; bit < 8; bit++)
        {
            value = (value & 1) != 0 ? (value >> 1) ^ ReversedPolynomial : value >> 1;
        }

        return value;
    }
}
