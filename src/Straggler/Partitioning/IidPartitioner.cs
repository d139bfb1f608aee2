using Straggler.Simulation;

namespace Straggler.Partitioning;

/// <summary>Deals shuffled samples out evenly: clients' labels are distributed as the whole set's, sizes differ by one at most.</summary>
/// <remarks>
/// Source: B. McMahan et al., "Communication-efficient learning of deep networks from decentralized data", AISTATS 2017, section 3.
/// </remarks>
public sealed class IidPartitioner : LabelPartitioner
{
    /// <inheritdoc/>
    public override int[][] Partition(ReadOnlySpan<int> labels, int classCount, int clientCount, RandomStream random)
    {
        Dealing.RequireEnough(labels.Length, clientCount, 1, null);
        int[] order = Dealing.Shuffled(labels.Length, ref random);
        int[][] clients = new int[clientCount][];
        for (int client = 0; client < clientCount; client++)
        {
            int start = (int)((long)client * order.Length / clientCount), end = (int)((client + 1L) * order.Length / clientCount);
            clients[client] = order[start..end];
            Array.Sort(clients[client]);
        }

        return clients;
    }
}
