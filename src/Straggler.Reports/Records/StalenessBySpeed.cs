using System.Collections.Immutable;
using System.Numerics;
using Straggler.Recording;

namespace Straggler.Reports.Records;

/// <summary>The staleness of fast, middling and slow clients: thirds of the clients by their mean time from dispatch to arrival.</summary>
/// <remarks>
/// A client's class is known only at the end, so each keeps counts of its own, above <see cref="MostExact"/> in steps of an eighth to a
/// quarter; of runs with very many clients a sample is kept.
/// </remarks>
internal sealed class StalenessBySpeed
{
    /// <summary>Most clients of which counts are kept.</summary>
    public const int MostClients = 20_000;

    /// <summary>The largest staleness that is counted exactly.</summary>
    public const int MostExact = 15;

    private readonly ClientSample<Counts> _clients = new(MostClients);

    /// <summary>Whether this is a sample of the clients.</summary>
    public bool IsPartial => _clients.IsPartial;

    /// <summary>Takes an arrival in.</summary>
    /// <param name="row">The arrival.</param>
    public void Add(in UpdateRecord row)
    {
        if (_clients.TryMeet(row.Client, out Counts? counts))
        {
            counts.Add(row.VirtualTime - row.DispatchVirtualTime, row.Staleness);
        }
    }

    /// <summary>The thirds, the fastest first; fewer than three clients, or clients that are all equally fast, have none.</summary>
    public ImmutableArray<SpeedClass> Thirds()
    {
        Counts[] clients = [.. _clients.Kept.OrderBy(pair => pair.Value.MeanDuration).ThenBy(pair => pair.Key).Select(pair => pair.Value)];
        bool differ = clients.Length >= 3 && clients[^1].MeanDuration > clients[0].MeanDuration * (1 + 1e-9);
        return differ
            ? [.. Enumerable.Range(0, 3).Select(third => SpeedClass.Of(clients[(third * clients.Length / 3)..((third + 1) * clients.Length / 3)]))]
            : [];
    }

    private static int BucketOf(long staleness)
    {
        if (staleness <= MostExact)
        {
            return (int)staleness;
        }

        int octave = BitOperations.Log2((ulong)staleness);
        return MostExact + 1 + (4 * (octave - 4)) + (int)((staleness >> (octave - 2)) & 3);
    }

    private static double MiddleOf(int bucket)
    {
        if (bucket <= MostExact)
        {
            return bucket;
        }

        (int octave, int quarter) = (4 + ((bucket - MostExact - 1) / 4), (bucket - MostExact - 1) % 4);
        double width = Math.Pow(2, octave - 2);
        return ((4 + quarter) * width) + ((width - 1) / 2);
    }

    /// <summary>What is kept of a client.</summary>
    internal sealed class Counts
    {
        private double _durations;

        /// <summary>Arrivals.</summary>
        public long Arrivals { get; private set; }

        /// <summary>The staleness of all arrivals, summed.</summary>
        public double Sum { get; private set; }

        /// <summary>Arrivals by bucket.</summary>
        public List<int> Buckets { get; } = [];

        /// <summary>Mean virtual seconds from dispatch to arrival.</summary>
        public double MeanDuration => _durations / Arrivals;

        /// <summary>Takes an arrival in.</summary>
        public void Add(double duration, long staleness)
        {
            Arrivals++;
            _durations += duration;
            Sum += staleness;
            int bucket = BucketOf(staleness);
            while (Buckets.Count <= bucket)
            {
                Buckets.Add(0);
            }

            Buckets[bucket]++;
        }
    }

    /// <summary>Clients of like speed.</summary>
    /// <param name="Clients">How many.</param>
    /// <param name="Arrivals">Their arrivals.</param>
    /// <param name="Fastest">Mean virtual seconds of the fastest one's tasks.</param>
    /// <param name="Slowest">Mean virtual seconds of the slowest one's tasks.</param>
    /// <param name="Mean">Mean staleness of their arrivals.</param>
    /// <param name="Quantiles">The 10th, 25th, 50th, 75th and 90th percentile of it.</param>
    internal sealed record SpeedClass(int Clients, long Arrivals, double Fastest, double Slowest, double Mean, ImmutableArray<double> Quantiles)
    {
        /// <summary>Sums clients up.</summary>
        /// <param name="clients">The clients, the fastest first.</param>
        public static SpeedClass Of(Counts[] clients)
        {
            long[] counts = new long[clients.Max(client => client.Buckets.Count)];
            foreach (Counts client in clients)
            {
                for (int bucket = 0; bucket < client.Buckets.Count; bucket++)
                {
                    counts[bucket] += client.Buckets[bucket];
                }
            }

            long arrivals = counts.Sum();
            return new(
                clients.Length, arrivals, clients[0].MeanDuration, clients[^1].MeanDuration, clients.Sum(client => client.Sum) / arrivals,
                [.. ((double[])[0.1, 0.25, 0.5, 0.75, 0.9]).Select(share => Quantile(counts, (long)Math.Round((arrivals - 1) * share)))]);
        }

        /// <summary>The value with so many smaller ones.</summary>
        private static double Quantile(long[] counts, long rank)
        {
            int bucket = 0;
            for (long before = counts[0]; before <= rank; before += counts[bucket])
            {
                bucket++;
            }

            return MiddleOf(bucket);
        }
    }
}
