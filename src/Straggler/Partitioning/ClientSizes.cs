namespace Straggler.Partitioning;

/// <summary>Turns shares of a data set into whole numbers of samples.</summary>
internal static class ClientSizes
{
    /// <summary>Rounds the running sums of the shares, so that the sizes add up to the total and no error builds up.</summary>
    /// <param name="shares">The clients' shares; they sum to 1.</param>
    /// <param name="total">Samples to be given.</param>
    public static int[] Round(ReadOnlySpan<double> shares, int total)
    {
        int[] sizes = new int[shares.Length];
        double sum = 0;
        int start = 0;
        for (int client = 0; client < sizes.Length; client++)
        {
            sum += shares[client];
            int end = client == sizes.Length - 1 ? total : Math.Clamp((int)Math.Round(sum * total), start, total);
            sizes[client] = end - start;
            start = end;
        }

        return sizes;
    }

    /// <summary>Raises each size to a minimum, a sample at a time from whichever client has the most (the lower number at a tie).</summary>
    /// <param name="sizes">The sizes; changed in place. Their sum is at least clients × minimum.</param>
    /// <param name="minimum">Fewest samples a client may have.</param>
    public static void Raise(int[] sizes, int minimum)
    {
        PriorityQueue<int, (int, int)> donors = new();
        for (int client = 0; client < sizes.Length; client++)
        {
            if (sizes[client] > minimum)
            {
                donors.Enqueue(client, (-sizes[client], client));
            }
        }

        foreach (ref int size in sizes.AsSpan())
        {
            for (; size < minimum; size++)
            {
                int donor = donors.Dequeue();
                if (--sizes[donor] > minimum)
                {
                    donors.Enqueue(donor, (-sizes[donor], donor));
                }
            }
        }
    }
}
