using Straggler.Delays;
using Straggler.SelfCheck.Theory;
using Straggler.Simulation;

namespace Straggler.SelfCheck.Laws;

/// <summary>Law 8: throughput C/E[D] when delays are drawn per task; Σ 1/D_i when each client is sent again at once.</summary>
internal static class ThroughputLaw
{
    private const int Concurrency = 7;
    private const double Until = 150_000;

    /// <summary>Checks the law.</summary>
    public static async IAsyncEnumerable<Finding> CheckAsync(Laboratory laboratory)
    {
        // Moments by hand, not the engine's. Lognormal(0, 1/2): mean e^{1/8}, variance mean² (e^{1/4} − 1).
        yield return await PerTaskAsync(laboratory, "exponential", new ExponentialOptions { Mean = 2 }, new(2, 4)).ConfigureAwait(false);
        yield return await PerTaskAsync(laboratory, "uniform", new UniformOptions { Low = 1, High = 4 }, new(2.5, 0.75)).ConfigureAwait(false);
        yield return await PerTaskAsync(laboratory, "lognormal", new LognormalOptions { Mu = 0, Sigma = 0.5 },
            new(Math.Exp(0.125), Math.Exp(0.25) * (Math.Exp(0.25) - 1))).ConfigureAwait(false);
        yield return await PerClientAsync(laboratory).ConfigureAwait(false);
    }

    /// <summary>Each of the C places is a renewal process, whoever fills it.</summary>
    private static async Task<Finding> PerTaskAsync(Laboratory laboratory, string distribution, object options, Renewals theory)
    {
        SimulationResult result = await laboratory.RunAsync(new()
        {
            Clients = 20,
            Concurrency = Concurrency,
            Until = Until,
            Delay = Timeline.DelayOf(distribution, options: options),
        }).ConfigureAwait(false);
        long arrivals = result.Statistics.Arrivals;
        return Finding.Statistical($"{distribution} per task: C / E[D]", Text.Of(Concurrency / theory.Mean), Text.Of(arrivals / Until),
            Significance.Normal(arrivals, Concurrency * theory.ExpectedCount(Until), Concurrency * theory.CountVariance(Until)));
    }

    /// <summary>A client whose tasks take D_i has had ⌊t/D_i⌋ arrivals at t, up to the rounding of sums.</summary>
    private static async Task<Finding> PerClientAsync(Laboratory laboratory)
    {
        const int clients = 50;
        const double until = 2_000;
        double[] durations = new double[clients];
        long[] counts = new long[clients];
        await laboratory.RunAsync(
            new() { Clients = clients, Concurrency = clients, Until = until, Delay = Timeline.DelayOf("lognormal", DelayScope.Client) },
            update =>
            {
                durations[update.Client] = counts[update.Client]++ == 0 ? update.VirtualTime : durations[update.Client];
            }).ConfigureAwait(false);
        bool right = durations.Zip(counts).All(client =>
            client.Second * client.First <= until * (1 + 1e-9) && (client.Second + 1) * client.First > until * (1 - 1e-9));
        return Finding.Exact("lognormal per client: arrivals, sum of floor(t / D)",
            Text.Of($"{durations.Sum(duration => Math.Floor(until / duration))}"), Text.Of($"{counts.Sum()}"), right);
    }
}
