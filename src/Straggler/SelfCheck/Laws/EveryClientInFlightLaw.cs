using System.Collections.Immutable;
using Straggler.Delays;
using Straggler.SelfCheck.Theory;

namespace Straggler.SelfCheck.Laws;

/// <summary>Law 5: all n clients always in flight, rates μ_i, together Λ: mean staleness Λ/μ_i − 1, share of arrivals μ_i/Λ.</summary>
internal static class EveryClientInFlightLaw
{
    private const long Arrivals = 400_000;

    /// <summary>Mean durations; the rates 1, 1/2, 1/3, 1/6 add up to 2.</summary>
    private static readonly ImmutableArray<int> _durations = [1, 2, 3, 6];

    private static readonly double _allRates = _durations.Sum(duration => 1.0 / duration);

    private static readonly double[] _shares = [.. _durations.Select(duration => 1 / (duration * _allRates))];

    private static readonly double[] _staleness = [.. _shares.Select(share => new Geometric(share).Mean)];

    /// <summary>Checks the law.</summary>
    public static async IAsyncEnumerable<Finding> CheckAsync(Laboratory laboratory)
    {
        yield return await TelescopedAsync(laboratory).ConfigureAwait(false);

        // Exponential: whoever arrives is drawn anew each time, so counts are multinomial and staleness is geometric.
        Timeline exponential = All(Timeline.DelayOf("exponential", proportional: true)) with { Arrivals = Arrivals };
        (long[] counts, double[] staleness) = await CountAsync(laboratory, exponential).ConfigureAwait(false);
        yield return Finding.Statistical("exponential: share of arrivals", Text.Of(_shares), Text.Of(counts.Select(count => count / (double)Arrivals)),
            Significance.ChiSquare(counts, [.. _shares.Select(share => Arrivals * share)]));
        yield return Finding.Statistical("exponential: mean staleness", Text.Of(_staleness), Text.Of(staleness), Significance.Joint(
            staleness.Select((mean, client) => Significance.Normal(
                mean, _staleness[client], new Geometric(_shares[client]).Variance / (Arrivals * _shares[client])))));

        // Uniform from 0.5 to 1.5 times the work: variance 1/12. Each client is a renewal process of its own.
        double until = Arrivals / _allRates;
        Timeline uniform = All(Timeline.DelayOf("uniform", proportional: true)) with { Until = until };
        (counts, staleness) = await CountAsync(laboratory, uniform).ConfigureAwait(false);
        Renewals[] theory = [.. _durations.Select(duration => new Renewals(duration, duration * duration / 12.0))];
        yield return Finding.Statistical("uniform: share of arrivals", Text.Of(_shares), Text.Of(counts.Select(count => count / (double)counts.Sum())),
            Significance.Joint(counts.Select((count, client) =>
                Significance.Normal(count, theory[client].ExpectedCount(until), theory[client].CountVariance(until)))));
        yield return Finding.Statistical("uniform: mean staleness", Text.Of(_staleness), Text.Of(staleness), Significance.Joint(
            staleness.Select((mean, client) => Significance.Normal(mean, _staleness[client], StalenessVariance(theory, client, until)))));
    }

    /// <summary>A client's staleness telescopes, whatever the delays: it sums to (the number of its last arrival) − (how many it had).</summary>
    private static async Task<Finding> TelescopedAsync(Laboratory laboratory)
    {
        long expected = 0, measured = 0;
        bool right = true;
        foreach (string distribution in BuiltIns.Distributions.Entries.Select(entry => entry.Name))
        {
            long[] last = new long[_durations.Length], count = new long[_durations.Length], sum = new long[_durations.Length];
            await laboratory.RunAsync(All(Timeline.DelayOf(distribution, proportional: true)) with { Arrivals = 2000 }, update =>
            {
                last[update.Client] = update.Arrival;
                count[update.Client]++;
                sum[update.Client] += update.Staleness;
            }).ConfigureAwait(false);
            for (int client = 0; client < sum.Length; client++)
            {
                right &= sum[client] == last[client] - count[client];
                expected += last[client] - count[client];
                measured += sum[client];
            }
        }

        return Finding.Exact("all delays: sum = last arrival - arrivals", Text.Of($"{expected}"), Text.Of($"{measured}"), right);
    }

    private static async Task<(long[] Counts, double[] Staleness)> CountAsync(Laboratory laboratory, Timeline run)
    {
        long[] counts = new long[_durations.Length], sums = new long[_durations.Length];
        await laboratory.RunAsync(run, update =>
        {
            counts[update.Client]++;
            sums[update.Client] += update.Staleness;
        }).ConfigureAwait(false);
        return (counts, [.. sums.Zip(counts, (sum, count) => (double)sum / count)]);
    }

    /// <summary>The variance of N_others/N_i for independent counts, to first order.</summary>
    private static double StalenessVariance(Renewals[] theory, int client, double until)
    {
        double own = theory[client].ExpectedCount(until);
        double others = theory.Sum(renewals => renewals.ExpectedCount(until)) - own;
        double othersVariance = theory.Where((_, other) => other != client).Sum(renewals => renewals.CountVariance(until));
        return (othersVariance / (own * own)) + (others * others * theory[client].CountVariance(until) / (own * own * own * own));
    }

    private static Timeline All(DelayOptions delay) =>
        new() { Clients = _durations.Length, Concurrency = _durations.Length, Work = _durations, Delay = delay };
}
