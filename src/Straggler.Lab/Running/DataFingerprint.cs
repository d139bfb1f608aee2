using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Straggler.Federation;
using Straggler.Torch.Datasets;

namespace Straggler.Lab.Running;

/// <summary>Tells apart what runs learn from.</summary>
internal static class DataFingerprint
{
    /// <summary>SHA-256, in hexadecimal, of all inputs and labels and of each client's samples.</summary>
    public static string Of(LabelledDataset dataset, IReadOnlyList<ClientShard> shards)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        dataset.AppendTo(hash);
        foreach (ClientShard shard in shards)
        {
            Append<int>(hash, shard.Train);
            Append<int>(hash, shard.Test);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>SHA-256, in hexadecimal, of how many samples each client holds.</summary>
    public static string Of(ClientPopulation population)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append<int>(hash, [.. population.Samples]);
        Append<int>(hash, [.. population.TestSamples]);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>SHA-256, in hexadecimal, of the names and shapes of a model's parts.</summary>
    public static string Of(ParameterLayout layout) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', layout.Parts.Select(part => $"{part.Name} {part.Kind} {string.Join('x', part.Shape)}")))));

    /// <summary>With the length before, so that no two ways to cut the same numbers look alike.</summary>
    private static void Append<T>(IncrementalHash hash, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        hash.AppendData(BitConverter.GetBytes(values.Length));
        hash.AppendData(MemoryMarshal.AsBytes(values));
    }
}
