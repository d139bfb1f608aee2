using Straggler.SelfCheck.Theory;

namespace Straggler.SelfCheck.Laws;

/// <summary>Law 4: with exponential delays alike for all, staleness is geometric; with constant ones it is C − 1 after warm-up.</summary>
internal static class EqualClientsLaw
{
    private const int Concurrency = 8;

    /// <summary>Checks the law.</summary>
    public static async IAsyncEnumerable<Finding> CheckAsync(Laboratory laboratory)
    {
        Geometric theory = new(1.0 / Concurrency);

        // An arrival's staleness depends on the last one looked at only if its client was in flight all the time in between: (7/8)^160 =
        // 5e-10. So the counts are as good as independent.
        const int stride = 160;
        long[] counts = new long[Bins(theory, samples: 4000) + 1];
        BatchMeans squares = new(8000);
        await laboratory.RunAsync(Equal("exponential", Concurrency, arrivals: 4001 * stride), update =>
        {
            if (update.Arrival > stride)
            {
                squares.Add((update.Staleness - theory.Mean) * (update.Staleness - theory.Mean));
                counts[Math.Clamp(update.Staleness, 0, counts.Length - 1)] += update.Arrival % stride == 0 ? 1 : 0;
            }
        }).ConfigureAwait(false);
        double samples = counts.Sum();
        double[] expected = [.. counts.Select((_, k) => samples * (k < counts.Length - 1 ? theory.Probability(k) : theory.Tail(k)))];
        yield return Finding.Statistical("exponential: P(0), P(1), ... geometric",
            Text.Of(expected.Take(3).Select(count => count / samples)), Text.Of(counts.Take(3).Select(count => count / samples)),
            Significance.ChiSquare(counts, expected));
        yield return Finding.Statistical("exponential: variance C(C - 1)", Text.Of(theory.Variance), Text.Of(squares.Mean), squares.Test(theory.Variance));
        yield return await ConstantAsync(laboratory).ConfigureAwait(false);
    }

    /// <summary>Version 0 goes to all C, so the j-th of them to arrive, from 0, has staleness j; from then on it is C − 1.</summary>
    private static async Task<Finding> ConstantAsync(Laboratory laboratory)
    {
        long wrong = 0;
        const int arrivals = 1000;
        int[] sizes = [1, 2, 7, 30];
        foreach (int concurrency in sizes)
        {
            await laboratory.RunAsync(Equal("constant", concurrency, arrivals), update =>
                wrong += update.Staleness == Math.Min(update.Arrival - 1, concurrency - 1) ? 0 : 1).ConfigureAwait(false);
        }

        return Finding.Exact("constant: C - 1 after 0, 1, 2, ...", Text.Of($"{sizes.Length * arrivals} arrivals"),
            Text.Of($"{(sizes.Length * arrivals) - wrong}"), wrong == 0);
    }

    private static Timeline Equal(string distribution, int concurrency, long arrivals) => new()
    {
        Clients = concurrency + 4,
        Concurrency = concurrency,
        Arrivals = arrivals,
        Delay = Timeline.DelayOf(distribution),
    };

    /// <summary>As many values of their own as have an expected count of at least 50; the others share the last one.</summary>
    private static int Bins(Geometric theory, int samples)
    {
        int bins = 0;
        while (samples * theory.Probability(bins) >= 50)
        {
            bins++;
        }

        return bins;
    }
}
