namespace Straggler.Simulation;

/// <summary>The SplitMix64 finalizer, used to spread seeds and names over 64 bits.</summary>
/// <remarks>Source: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.</remarks>
internal static class SplitMix64
{
    /// <summary>A bijection of 64-bit words without visible structure.</summary>
    public static ulong Mix(ulong word)
    {
        word += 0x9E3779B97F4A7C15UL;
        word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9UL;
        word = (word ^ (word >> 27)) * 0x94D049BB133111EBUL;
        return word ^ (word >> 31);
    }
}
