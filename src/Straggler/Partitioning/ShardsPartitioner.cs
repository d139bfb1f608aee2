using System.ComponentModel.DataAnnotations;
using Straggler.Simulation;

namespace Straggler.Partitioning;

/// <summary>Options of <see cref="ShardsPartitioner"/>.</summary>
public sealed record ShardsOptions
{
    /// <summary>Shards each client gets; it sees about as many classes at most. The default is McMahan et al.'s.</summary>
    [Range(1, int.MaxValue)]
    public int ShardsPerClient { get; init; } = 2;
}

/// <summary>Sorts the samples by label, cuts them into equal shards and gives each client so many at random: few classes each.</summary>
/// <remarks>
/// Source: B. McMahan et al., "Communication-efficient learning of deep networks from decentralized data", AISTATS 2017, section 3.
/// Where the samples do not divide evenly, shards differ by one sample in size. Samples of one label are in random order.
/// </remarks>
/// <param name="options">Shards per client.</param>
public sealed class ShardsPartitioner(ShardsOptions options) : LabelPartitioner
{
    /// <inheritdoc/>
    public override int[][] Partition(ReadOnlySpan<int> labels, int classCount, int clientCount, RandomStream random)
    {
        int perClient = options.ShardsPerClient;
        Dealing.RequireEnough(labels.Length, clientCount, perClient, "shards_per_client");
        int[] sorted = SortedByLabel(labels, classCount, ref random);
        int shardCount = clientCount * perClient;
        int[] shards = Dealing.Shuffled(shardCount, ref random);
        List<int>[] clients = Dealing.EmptyClients(clientCount);
        for (int i = 0; i < shardCount; i++)
        {
            int start = (int)((long)shards[i] * sorted.Length / shardCount), end = (int)((shards[i] + 1L) * sorted.Length / shardCount);
            clients[i / perClient].AddRange(sorted.AsSpan(start..end));
        }

        return Dealing.Ascending(clients);
    }

    private static int[] SortedByLabel(ReadOnlySpan<int> labels, int classCount, ref RandomStream random)
    {
        int[][] classes = Dealing.ByClass(labels, classCount);
        foreach (int[] samples in classes)
        {
            random.Shuffle<int>(samples);
        }

        return [.. classes.SelectMany(samples => samples)];
    }
}
