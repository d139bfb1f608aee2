using Straggler.Availability;
using Straggler.Configuration;
using Straggler.Delays;
using Straggler.SelfCheck.Theory;

namespace Straggler.SelfCheck.Laws;

/// <summary>Law 10: clients that come and go by a two-state Markov chain, and tasks that are lost.</summary>
internal static class AvailabilityLaw
{
    private const double MeanOn = 3, MeanOff = 2;
    private const int Arrivals = 200_000;

    /// <summary>Checks the law.</summary>
    public static async IAsyncEnumerable<Finding> CheckAsync(Laboratory laboratory)
    {
        yield return await PausingTasksAsync(laboratory).ConfigureAwait(false);
        yield return await OnFractionAsync(laboratory).ConfigureAwait(false);
        yield return await AbortedTasksAsync(laboratory).ConfigureAwait(false);
        yield return await DroppedTasksAsync(laboratory).ConfigureAwait(false);
    }

    /// <summary>Tasks begin when their client is on and rest while it is off: E[D] (1 + λ_off/λ_on).</summary>
    /// <remarks>
    /// With D of mean and variance m, m²: given D, breaks are Poisson of mean D/MeanOn, each exponential. So the variance is
    /// E[D/MeanOn]·2·MeanOff² + Var(D)·(1 + MeanOff/MeanOn)². Tasks of one client are renewals of its chain, hence independent.
    /// </remarks>
    private static async Task<Finding> PausingTasksAsync(Laboratory laboratory)
    {
        const double stretch = 1 + (MeanOff / MeanOn), variance = (1 / MeanOn * 2 * MeanOff * MeanOff) + (stretch * stretch);
        double taken = 0;
        await laboratory.RunAsync(Run(MidTaskRule.Pause), update => taken += update.VirtualTime - update.DispatchVirtualTime).ConfigureAwait(false);
        return Finding.Statistical("tasks that pause when their client is off: E[D] (1 + off rate / on rate)", Text.Of(stretch), Text.Of(taken / Arrivals),
            Significance.Normal(taken / Arrivals, stretch, variance / Arrivals));
    }

    /// <summary>One client, always sent out again at once: while it is on it works, so that its tasks' work adds up to the time it is on.</summary>
    /// <remarks>By time t a two-state chain is on for t·π on average, with variance 2 π (1 − π) t/(λ_on + λ_off) for large t.</remarks>
    private static async Task<Finding> OnFractionAsync(Laboratory laboratory)
    {
        const double on = MeanOn / (MeanOn + MeanOff), until = 200_000, work = 0.1, relaxation = 1 / ((1 / MeanOn) + (1 / MeanOff));
        long arrivals = (await laboratory.RunAsync(Run(MidTaskRule.Pause) with
        {
            Clients = 1,
            Concurrency = 1,
            Arrivals = long.MaxValue,
            Until = until,
            Delay = Timeline.DelayOf("constant", options: new ConstantOptions { Value = work }),
        }).ConfigureAwait(false)).Statistics.Arrivals;
        return Finding.Statistical("one client: fraction of time on, on rate / (on rate + off rate)", Text.Of(on), Text.Of(arrivals * work / until),
            Significance.Normal(arrivals * work, on * until, 2 * on * (1 - on) * relaxation * until));
    }

    /// <summary>A task is given up unless its client stays on: it is done with probability E[e^{−D/MeanOn}] = 1/(1 + E[D]/MeanOn).</summary>
    private static async Task<Finding> AbortedTasksAsync(Laboratory laboratory)
    {
        const double done = 1 / (1 + (1 / MeanOn));
        long lost = (await laboratory.RunAsync(Run(MidTaskRule.Abort)).ConfigureAwait(false)).Statistics.Lost;
        return Lost("tasks given up by clients that go off: fraction done", done, lost);
    }

    /// <summary>Not broken off and not lost on the way: (1 − p)(1 − q).</summary>
    private static async Task<Finding> DroppedTasksAsync(Laboratory laboratory)
    {
        long lost = (await laboratory.RunAsync(Run(MidTaskRule.Finish) with
        {
            Failure = new() { Dropout = 0.2, UploadLoss = 0.1 },
        }).ConfigureAwait(false)).Statistics.Lost;
        return Lost("dropout 0.2 and upload loss 0.1: fraction that arrives", 0.8 * 0.9, lost);
    }

    /// <summary>The losses before the last arrival are negative binomial.</summary>
    private static Finding Lost(string claim, double done, long lost)
    {
        Geometric betweenArrivals = new(done);
        return Finding.Statistical(claim, Text.Of(done), Text.Of(Arrivals / (double)(Arrivals + lost)),
            Significance.Normal(lost, Arrivals * betweenArrivals.Mean, Arrivals * betweenArrivals.Variance));
    }

    private static Timeline Run(MidTaskRule rule)
    {
        Choice<AvailabilityFactory> markov = BuiltIns.Availability.Choose("markov") with
        {
            Options = new MarkovOptions { MeanOn = MeanOn, MeanOff = MeanOff },
        };
        return new()
        {
            Clients = 30,
            Concurrency = 10,
            Arrivals = Arrivals,
            Delay = Timeline.DelayOf("exponential"),
            Availability = new() { Model = markov, MidTask = rule },
        };
    }
}
