using System.Collections.Immutable;
using Straggler.Federation;
using Straggler.Scheduling;
using Straggler.SelfCheck.Theory;
using Straggler.Simulation;
using Straggler.Training;

namespace Straggler.SelfCheck.Laws;

/// <summary>Law 7: C tasks, each sent to a client drawn from all n, where it may have to queue; exponential: a closed Jackson network.</summary>
/// <remarks>
/// An arriving task leaves behind the other C − 1 as a network of C − 1 tasks has them at any time (arrival theorem: Lavenberg, Reiser
/// 1980; Sevcik, Mitrani 1981). A task sent to i finds the same, and the discrete law of Little makes its mean staleness
/// E[tasks at i among C − 1]/p_i (Alahyane et al. 2025, arXiv 2502.08206).
/// </remarks>
internal static class QueuesAtClientsLaw
{
    private const int Concurrency = 3;
    private const int Stride = 150;
    private const int Samples = 4000;
    private const long BatchLength = 6000;

    /// <summary>Mean durations 1/μ_i.</summary>
    internal static ImmutableArray<int> Durations { get; } = [1, 2, 3, 6];

    /// <summary>p_i.</summary>
    internal static ImmutableArray<double> Shares { get; } = [0.4, 0.3, 0.2, 0.1];

    private static double[] Loads => [.. Shares.Zip(Durations, (share, duration) => share * duration)];

    /// <summary>Checks the law.</summary>
    public static async IAsyncEnumerable<Finding> CheckAsync(Laboratory laboratory)
    {
        int[][] states = [.. States(Concurrency - 1)];
        long[] seen = new long[states.Length];
        int[] queues = new int[Durations.Length];
        BatchMeans[] shares = [.. Durations.Select(_ => new BatchMeans(BatchLength))];
        BatchMeans[] staleness = [.. Durations.Select(_ => new BatchMeans(BatchLength / 10))];
        BatchMeans gaps = new(BatchLength);
        double last = 0;
        await laboratory.RunAsync(Run(queues), update =>
        {
            queues[update.Client]--;
            if (update.Arrival > Stride)
            {
                gaps.Add(update.VirtualTime - last);
                staleness[update.Client].Add(update.Staleness);
                for (int client = 0; client < shares.Length; client++)
                {
                    shares[client].Add(update.Client == client ? 1 : 0);
                }
            }

            if (update.Arrival % Stride == 0)
            {
                seen[Array.FindIndex(states, state => state.AsSpan().SequenceEqual(queues))]++;
            }

            last = update.VirtualTime;
        }).ConfigureAwait(false);

        double[] expected = [.. states.Select(state => Samples * Buzen.Probability(Loads, state))];
        yield return Finding.Statistical(Text.Of($"queues that an arrival leaves behind, all {states.Length}; first 3"),
            Text.Of(expected.Take(3).Select(count => count / Samples)), Text.Of(seen.Take(3).Select(count => (double)count / Samples)),
            Significance.ChiSquare(seen, expected));
        double throughput = Buzen.Throughput(Loads, Concurrency);
        yield return Finding.Statistical("throughput", Text.Of(throughput), Text.Of(1 / gaps.Mean), gaps.Test(1 / throughput));
        yield return Finding.Statistical("share of arrivals", Text.Of(Shares), Text.Of(shares.Select(share => share.Mean)),
            Significance.Joint(shares.Select((share, client) => share.Test(Shares[client]))));
        double[] stale = [.. Shares.Select((share, client) => Buzen.MeanQueue(Loads, Concurrency - 1, client) / share)];
        yield return Finding.Statistical("mean staleness of each client", Text.Of(stale), Text.Of(staleness.Select(mean => mean.Mean)),
            Significance.Joint(staleness.Select((mean, client) => mean.Test(stale[client]))));
    }

    private static Timeline Run(int[] queues) => new()
    {
        Clients = Durations.Length,
        Concurrency = Concurrency,
        Arrivals = Samples * Stride,
        Work = Durations,
        Delay = Timeline.DelayOf("exponential", proportional: true),
        Scheduler = new()
        {
            Selection = BuiltIns.Selections.Choose("queued") with { Options = new QueuedSelectionOptions { Probabilities = Shares } },
        },
        Probe = trainer => new Probe(trainer, queues),
    };

    /// <summary>All ways to have so many tasks at the clients.</summary>
    private static IEnumerable<int[]> States(int tasks) => States(tasks, Durations.Length).Select(state => state.ToArray());

    private static IEnumerable<ImmutableArray<int>> States(int tasks, int clients) => clients == 1 ? [[tasks]]
        : from first in Enumerable.Range(0, tasks + 1)
          from rest in States(tasks - first, clients - 1)
          select rest.Insert(0, first);

    /// <summary>Sees dispatches.</summary>
    private sealed class Probe(IClientTrainer trainer, int[] queues) : IClientTrainer
    {
        public ITraining Start(in LocalTask task, ModelVersion dispatched, VirtualTime due)
        {
            queues[task.Client]++;
            return trainer.Start(task, dispatched, due);
        }
    }
}
