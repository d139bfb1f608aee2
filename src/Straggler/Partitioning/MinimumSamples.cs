using Straggler.Simulation;

namespace Straggler.Partitioning;

/// <summary>Sees to it that no client has fewer samples than a minimum, with as few moves as that takes.</summary>
/// <remarks>
/// NIID-Bench (Li et al. 2022) draws whole partitions again until one meets its minimum, which for small α and many clients never
/// ends. Here the first draw is kept and repaired: each client that lacks samples, in order, is given uniformly chosen samples of
/// whichever client has the most at that moment (the lower number at a tie).
/// </remarks>
internal static class MinimumSamples
{
    /// <summary>Repairs a partition in place.</summary>
    /// <param name="clients">The samples of each client; the total is at least clients × minimum.</param>
    /// <param name="minimum">Fewest samples a client may have.</param>
    /// <param name="random">The stream to draw the moved samples from.</param>
    public static void Ensure(List<int>[] clients, int minimum, ref RandomStream random)
    {
        PriorityQueue<int, (int, int)> donors = new();
        for (int client = 0; client < clients.Length; client++)
        {
            if (clients[client].Count > minimum)
            {
                donors.Enqueue(client, (-clients[client].Count, client));
            }
        }

        foreach (List<int> poor in clients)
        {
            while (poor.Count < minimum)
            {
                int donor = donors.Dequeue();
                poor.Add(Take(clients[donor], ref random));
                if (clients[donor].Count > minimum)
                {
                    donors.Enqueue(donor, (-clients[donor].Count, donor));
                }
            }
        }
    }

    private static int Take(List<int> samples, ref RandomStream random)
    {
        int place = random.NextInt32(samples.Count), sample = samples[place];
        samples[place] = samples[^1];
        samples.RemoveAt(samples.Count - 1);
        return sample;
    }
}
