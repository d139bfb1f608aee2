using Straggler.SelfCheck.Theory;

namespace Straggler.SelfCheck.Laws;

/// <summary>Laws 7 and 10, of settings that the engine does not have yet: their expected values, and why nothing was run.</summary>
internal static class MissingLaws
{
    /// <summary>Law 7: each task goes to a client drawn from all n, where it may have to queue: π(q) ∝ Π (p_i/μ_i)^{q_i}.</summary>
    public static IAsyncEnumerable<Finding> QueuesAtClientsAsync(Laboratory laboratory)
    {
        double[] loads = [.. new[] { 1.0, 2, 3, 6 }.Select(duration => duration / 4)];
        return One("throughput, n = 4, durations 1, 2, 3, 6, C = 3", Text.Of(Buzen.Throughput(loads, 3)),
            "the next client is drawn from the idle ones, so nobody queues");
    }

    /// <summary>Law 10: a client is on for a fraction λ_on/(λ_on + λ_off) of the time.</summary>
    public static IAsyncEnumerable<Finding> AvailabilityAsync(Laboratory laboratory) => One(
        "time that a task takes which pauses when its client is off", "E[D] (1 + off rate / on rate)", "clients are always available");

    private static IAsyncEnumerable<Finding> One(string claim, string expected, string reason) =>
        new[] { Finding.NotApplicable(claim, expected, $"not applicable in this version: {reason}") }.ToAsyncEnumerable();
}
