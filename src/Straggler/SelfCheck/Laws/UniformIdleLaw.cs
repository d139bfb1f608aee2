using System.Collections.Immutable;
using Straggler.Federation;
using Straggler.SelfCheck.Theory;
using Straggler.Simulation;
using Straggler.Training;

namespace Straggler.SelfCheck.Laws;

/// <summary>Law 6: C of n in flight, the next one uniform among the idle, exponential: the in-flight set, throughput and participation.</summary>
internal static class UniformIdleLaw
{
    private const int Concurrency = 3;

    /// <summary>Arrivals between two looks at the in-flight set, after which it has forgotten the first (tests: to 1e-6).</summary>
    internal const int Stride = 150;

    private const int Samples = 4000;
    private const long BatchLength = 6000;

    /// <summary>Mean durations.</summary>
    internal static ImmutableArray<int> Durations { get; } = [1, 2, 3, 4, 6, 8];

    /// <summary>What theory says.</summary>
    internal static UniformIdle Theory { get; } = new([.. Durations.Select(duration => (double)duration)], Concurrency);

    /// <summary>Checks the law.</summary>
    public static async IAsyncEnumerable<Finding> CheckAsync(Laboratory laboratory)
    {
        InFlightSet inFlight = new();
        Dictionary<int, long> seen = Theory.Sets.ToDictionary(set => set, _ => 0L);
        BatchMeans[] shares = [.. Durations.Select(_ => new BatchMeans(BatchLength))];
        BatchMeans gaps = new(BatchLength);
        double last = 0;
        long strange = 0;
        await laboratory.RunAsync(Run(inFlight), update =>
        {
            if (update.Arrival % Stride == 0)
            {
                strange += seen.ContainsKey(inFlight.Clients) ? 0 : 1;
                seen[inFlight.Clients] = seen.GetValueOrDefault(inFlight.Clients) + 1;
            }

            if (update.Arrival > Stride)
            {
                gaps.Add(update.VirtualTime - last);
                for (int client = 0; client < shares.Length; client++)
                {
                    shares[client].Add(update.Client == client ? 1 : 0);
                }
            }

            last = update.VirtualTime;
            inFlight.Remove(update.Client);
        }).ConfigureAwait(false);

        int[] sets = [.. Theory.Sets];
        double[] expected = [.. sets.Select(set => Samples * Theory.ProbabilityAtArrival(set))];
        long[] counts = [.. sets.Select(set => seen[set])];
        yield return Finding.Statistical(Text.Of($"in-flight sets at arrivals, all {sets.Length}; first 3"),
            Text.Of(expected.Take(3).Select(count => count / Samples)), Text.Of(counts.Take(3).Select(count => (double)count / Samples)),
            strange > 0 ? 0 : Significance.ChiSquare(counts, expected));
        double sent = inFlight.Places.Sum();
        double[] alike = [.. inFlight.Places.Select(_ => sent / inFlight.Places.Length)];
        yield return Finding.Statistical("who is sent, from longest idle to just arrived", Text.Of(alike.Select(count => count / sent)),
            Text.Of(inFlight.Places.Select(count => count / sent)), Significance.ChiSquare(inFlight.Places, alike));
        yield return Finding.Statistical("throughput", Text.Of(Theory.Throughput), Text.Of(1 / gaps.Mean), gaps.Test(1 / Theory.Throughput));
        double[] participation = [.. Durations.Select((_, client) => Theory.Share(client))];
        yield return Finding.Statistical("share of arrivals", Text.Of(participation), Text.Of(shares.Select(share => share.Mean)),
            Significance.Joint(shares.Select((share, client) => share.Test(participation[client]))));
    }

    private static Timeline Run(InFlightSet inFlight) => new()
    {
        Clients = Durations.Length,
        Concurrency = Concurrency,
        Arrivals = Samples * Stride,
        Work = Durations,
        Delay = Timeline.DelayOf("exponential", proportional: true),
        Probe = trainer => new Probe(trainer, inFlight),
    };

    /// <summary>Who is in flight, as a bit mask, and who is idle, longest first.</summary>
    /// <remarks>The set alone cannot tell whether all idle clients are sent alike: leaving out the one just arrived gives the same law.</remarks>
    private sealed class InFlightSet
    {
        private readonly List<int> _idle = [.. Enumerable.Range(0, Durations.Length)];

        public int Clients { get; private set; }

        /// <summary>How often each place among the idle was chosen, once C − 1 are in flight.</summary>
        public long[] Places { get; } = new long[Durations.Length - Concurrency + 1];

        public void Add(int client)
        {
            int place = _idle.IndexOf(client);
            if (place < 0)
            {
                throw new InvalidOperationException(Text.Of($"client {client} was sent a task while it was in flight"));
            }

            if (_idle.Count == Places.Length)
            {
                Places[place]++;
            }

            _idle.RemoveAt(place);
            Clients |= 1 << client;
        }

        public void Remove(int client)
        {
            _idle.Add(client);
            Clients &= ~(1 << client);
        }
    }

    /// <summary>Sees dispatches.</summary>
    private sealed class Probe(IClientTrainer trainer, InFlightSet inFlight) : IClientTrainer
    {
        public ITraining Start(in LocalTask task, ModelVersion dispatched, VirtualTime due)
        {
            inFlight.Add(task.Client);
            return trainer.Start(task, dispatched, due);
        }
    }
}
