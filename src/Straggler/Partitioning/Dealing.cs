using Straggler.Simulation;

namespace Straggler.Partitioning;

/// <summary>The steps that partitioners share.</summary>
internal static class Dealing
{
    /// <summary>The indices of the samples of each class, ascending.</summary>
    public static int[][] ByClass(ReadOnlySpan<int> labels, int classCount)
    {
        int[] counts = new int[classCount];
        foreach (int label in labels)
        {
            counts[label]++;
        }

        int[][] classes = Array.ConvertAll(counts, count => new int[count]);
        Array.Clear(counts);
        for (int sample = 0; sample < labels.Length; sample++)
        {
            classes[labels[sample]][counts[labels[sample]]++] = sample;
        }

        return classes;
    }

    /// <summary>The indices 0 to <paramref name="count"/> − 1 in random order.</summary>
    public static int[] Shuffled(int count, ref RandomStream random)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle<int>(order);
        return order;
    }

    /// <summary>Cuts a sequence at the rounded running sums of the proportions and gives each client its piece.</summary>
    /// <remarks>Running sums are rounded, not the pieces, so every sample goes to exactly one client and no error builds up.</remarks>
    public static void Cut(ReadOnlySpan<int> samples, ReadOnlySpan<double> proportions, List<int>[] clients)
    {
        double sum = 0;
        int start = 0;
        for (int client = 0; client < clients.Length; client++)
        {
            sum += proportions[client];
            bool last = client == clients.Length - 1;
            int end = last ? samples.Length : Math.Clamp((int)Math.Round(sum * samples.Length), start, samples.Length);
            clients[client].AddRange(samples[start..end]);
            start = end;
        }
    }

    /// <summary>A client's list for each client.</summary>
    public static List<int>[] EmptyClients(int count)
    {
        var clients = new List<int>[count];
        for (int client = 0; client < count; client++)
        {
            clients[client] = [];
        }

        return clients;
    }

    /// <summary>The lists as the ascending arrays that a partitioner returns.</summary>
    public static int[][] Ascending(List<int>[] clients) => Array.ConvertAll(clients, client =>
    {
        client.Sort();
        return client.ToArray();
    });

    /// <summary>Checks that there are samples enough to give each client a minimum.</summary>
    /// <param name="samples">Number of samples.</param>
    /// <param name="clientCount">Number of clients.</param>
    /// <param name="minimum">Fewest samples for a client.</param>
    /// <param name="option">The option that sets the minimum, or null where it is fixed.</param>
    /// <exception cref="PartitionException">There are not enough.</exception>
    public static void RequireEnough(int samples, int clientCount, int minimum, string? option)
    {
        if ((long)clientCount * minimum <= samples)
        {
            return;
        }

        // A bound of 0 is no way out.
        string lower = option is null || samples < clientCount ? "" : $"{option} of {samples / clientCount} or less, ";
        string fewer = samples < minimum ? "" : $"{samples / minimum} clients or fewer, ";
        string or = lower.Length + fewer.Length == 0 ? "" : "or ";
        throw new PartitionException(
            $"{samples} training samples cannot give each of {clientCount} clients at least {minimum}. "
            + $"What would do: {lower}{fewer}{or}a larger data set.");
    }
}
