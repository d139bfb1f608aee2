using Straggler.Simulation;

namespace Straggler.Partitioning;

/// <summary>Splits the test set so that each client is measured on the mixture of classes it trains on.</summary>
/// <remarks>
/// The test samples of a class are dealt out in proportion to the clients' training samples of it, by largest remainders; equal
/// remainders are ordered at random. So each test sample goes to exactly one client, except those of classes that no client trains
/// on, which go to none; a client with few training samples may get no test sample.
/// </remarks>
internal static class TestSplitter
{
    /// <summary>Splits the test set.</summary>
    /// <param name="trainShards">For each client the indices of its training samples.</param>
    /// <param name="trainLabels">The label of every training sample.</param>
    /// <param name="testLabels">The label of every test sample.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="random">The stream to draw from.</param>
    /// <returns>For each client the indices of its test samples, ascending.</returns>
    public static int[][] Split(
        int[][] trainShards, ReadOnlySpan<int> trainLabels, ReadOnlySpan<int> testLabels, int classCount, RandomStream random)
    {
        int[][] counts = CountByClass(trainShards, trainLabels, classCount);
        List<int>[] clients = Dealing.EmptyClients(trainShards.Length);
        int[][] classes = Dealing.ByClass(testLabels, classCount);
        for (int label = 0; label < classCount; label++)
        {
            int[] tieBreak = Dealing.Shuffled(clients.Length, ref random);
            random.Shuffle<int>(classes[label]);
            int[] shares = LargestRemainders(counts[label], classes[label].Length, tieBreak);
            int start = 0;
            for (int client = 0; client < clients.Length; client++)
            {
                clients[client].AddRange(classes[label].AsSpan(start, shares[client]));
                start += shares[client];
            }
        }

        return Dealing.Ascending(clients);
    }

    /// <summary>Divides <paramref name="total"/> in proportion to the weights (Hamilton's method), in integers, so exactly.</summary>
    private static int[] LargestRemainders(int[] weights, int total, int[] tieBreak)
    {
        long sum = weights.Sum(weight => (long)weight);
        if (sum == 0)
        {
            return new int[weights.Length];
        }

        int[] shares = Array.ConvertAll(weights, weight => (int)((long)weight * total / sum));
        int left = total - shares.Sum();
        IEnumerable<int> byRemainder = Enumerable.Range(0, weights.Length)
            .OrderByDescending(client => (long)weights[client] * total % sum)
            .ThenBy(client => tieBreak[client])
            .Take(left);
        foreach (int client in byRemainder)
        {
            shares[client]++;
        }

        return shares;
    }

    private static int[][] CountByClass(int[][] shards, ReadOnlySpan<int> labels, int classCount)
    {
        int[][] counts = new int[classCount][];
        for (int label = 0; label < classCount; label++)
        {
            counts[label] = new int[shards.Length];
        }

        for (int client = 0; client < shards.Length; client++)
        {
            foreach (int sample in shards[client])
            {
                counts[labels[sample]][client]++;
            }
        }

        return counts;
    }
}
