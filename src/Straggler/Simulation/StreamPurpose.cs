using System.Text;

namespace Straggler.Simulation;

/// <summary>What a random stream is for; streams of different purposes never share a draw.</summary>
/// <remarks>The key is the 64-bit FNV-1a hash of the name, finished with SplitMix64, so it never changes between runs or machines.</remarks>
public readonly record struct StreamPurpose
{
    /// <summary>Names a purpose.</summary>
    /// <param name="name">A dotted lower-case name such as <c>delay.task</c>; it is part of the reproducibility contract.</param>
    public StreamPurpose(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        ulong hash = 14695981039346656037UL;
        foreach (byte letter in Encoding.UTF8.GetBytes(name))
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }

        Key = SplitMix64.Mix(hash);
    }

    /// <summary>The purpose's name.</summary>
    public string Name { get; }

    /// <summary>The purpose's share of the stream key.</summary>
    internal ulong Key { get; }
}
