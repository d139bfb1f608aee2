using Straggler.Scheduling;
using Straggler.SelfCheck.Theory;
using Straggler.Simulation;
using Straggler.Strategies;

namespace Straggler.SelfCheck.Laws;

/// <summary>Law 9: how long the server waits for all C of a round, or for the first K of C, and what not waiting gains.</summary>
internal static class RoundLengthLaw
{
    private const int Concurrency = 10;
    private const int Rounds = 40_000;

    /// <summary>Checks the law.</summary>
    public static async IAsyncEnumerable<Finding> CheckAsync(Laboratory laboratory)
    {
        (double Mean, double Variance) all = Harmonic.FirstOf(Concurrency, Concurrency);
        StrategyFactory fedAvg = services => new FedAvg(new(), services);
        double exponential = await MeanAsync(laboratory, Run("exponential", Concurrency * Rounds) with { Strategy = fedAvg }).ConfigureAwait(false);
        yield return RoundLength("exponential: H_C", exponential, all);

        // The largest of C uniform draws from [a, b]: mean a + (b − a) C/(C + 1), variance (b − a)² C/((C + 1)² (C + 2)); a = 0.5, b = 1.5.
        double uniform = await MeanAsync(laboratory, Run("uniform", Concurrency * Rounds) with { Strategy = fedAvg }).ConfigureAwait(false);
        yield return RoundLength("uniform: a + (b - a) C / (C + 1)", uniform,
            (0.5 + (Concurrency / (Concurrency + 1.0)), Concurrency / (Math.Pow(Concurrency + 1, 2) * (Concurrency + 2))));

        // The first K of C in rounds that forget the others: with exponential delays the others have forgotten their age, so fedbuff, which
        // replaces the K after its flush and lets the others go on, waits just as long.
        const int first = 4;
        double buffer = await MeanAsync(laboratory, Run("exponential", first * Rounds) with
        {
            Scheduler = new() { Redispatch = Redispatch.Flush },
            Strategy = services => new FedBuff(new() { BufferSize = first }, services),
        }).ConfigureAwait(false);
        yield return RoundLength("exponential, first K of C by fedbuff: H_C - H_(C-K)", buffer, Harmonic.FirstOf(Concurrency, first));

        SimulationResult asynchronous = await laboratory.RunAsync(Run("exponential", Concurrency * Rounds)).ConfigureAwait(false);
        double gain = exponential / Concurrency / (asynchronous.VirtualTime.Seconds / (Concurrency * Rounds));
        double relativeVariance = (all.Variance / (all.Mean * all.Mean * Rounds)) + (1.0 / (Concurrency * Rounds));
        yield return Finding.Statistical("exponential: async / sync throughput, H_C", Text.Of(all.Mean), Text.Of(gain),
            Significance.Normal(gain, all.Mean, all.Mean * all.Mean * relativeVariance));
    }

    private static Finding RoundLength(string claim, double measured, (double Mean, double Variance) theory) => Finding.Statistical(
        claim, Text.Of(theory.Mean), Text.Of(measured), Significance.Normal(measured, theory.Mean, theory.Variance / Rounds));

    private static async Task<double> MeanAsync(Laboratory laboratory, Timeline run)
    {
        SimulationResult result = await laboratory.RunAsync(run).ConfigureAwait(false);
        return result.VirtualTime.Seconds / result.ServerSteps;
    }

    private static Timeline Run(string distribution, long arrivals) =>
        new() { Clients = 25, Concurrency = Concurrency, Arrivals = arrivals, Delay = Timeline.DelayOf(distribution) };
}
