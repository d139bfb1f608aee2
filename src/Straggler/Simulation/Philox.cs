namespace Straggler.Simulation;

/// <summary>Philox4x32-10, the counter-based generator under every random stream.</summary>
/// <remarks>
/// Source: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
/// Checked against the known-answer vectors of the authors' Random123 library.
/// </remarks>
internal static class Philox
{
    /// <summary>Encrypts a 128-bit counter with a 64-bit key into 128 random bits.</summary>
    /// <param name="low">Low half of the counter; replaced by the low half of the output.</param>
    /// <param name="high">High half of the counter; replaced by the high half of the output.</param>
    /// <param name="key">The key.</param>
    public static void Block(ref ulong low, ref ulong high, ulong key)
    {
        uint c0 = (uint)low, c1 = (uint)(low >> 32), c2 = (uint)high, c3 = (uint)(high >> 32);
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = 0xD2511F53UL * c0, p1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        low = c0 | ((ulong)c1 << 32);
        high = c2 | ((ulong)c3 << 32);
    }
}
