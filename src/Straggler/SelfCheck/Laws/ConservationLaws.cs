using Straggler.Delays;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Strategies;

namespace Straggler.SelfCheck.Laws;

/// <summary>Laws 1 to 3: Σ staleness of arrivals + Σ over tasks in flight (final version − version sent), to the last integer.</summary>
/// <remarks>
/// Every distribution in the table, every scope, with clients that have 1 to 4 times the work: constant delays then tie all the time.
/// So mean staleness tends to C − 1, (C − 1)/K and C/K − 1.
/// </remarks>
internal static class ConservationLaws
{
    private static readonly DelayOptions[] _delays =
    [
        .. from distribution in BuiltIns.Distributions.Entries
           from scope in new[] { DelayScope.Client, DelayScope.Task, DelayScope.Both }
           select Timeline.DelayOf(distribution.Name, scope, proportional: true),
    ];

    /// <summary>Law 1: each of T arrivals is a step and is answered at once; (C − 1)·T.</summary>
    public static async IAsyncEnumerable<Finding> EveryArrivalAStepAsync(Laboratory laboratory)
    {
        Tally tally = new(laboratory);
        foreach (DelayOptions delay in _delays)
        {
            foreach (TieRule ties in Enum.GetValues<TieRule>())
            {
                Timeline run = Sized(laboratory, delay, new() { Ties = ties });
                await tally.RunAsync(run, run.Arrivals, (run.Concurrency - 1) * run.Arrivals).ConfigureAwait(false);
            }
        }

        yield return tally.Finding("(C - 1) T, all delays, both tie rules");
    }

    /// <summary>Law 2: a step at each K-th of m·K arrivals, each arrival answered at once; (C − 1)·m.</summary>
    public static async IAsyncEnumerable<Finding> BufferAnsweredAtArrivalsAsync(Laboratory laboratory)
    {
        // Exact with ties only if they are taken in sequence; without ties, which continuous draws for each task never bring, always.
        Tally sequence = new(laboratory), continuous = new(laboratory);
        foreach (DelayOptions delay in _delays)
        {
            await BufferedAsync(sequence, laboratory, delay, TieRule.Sequence).ConfigureAwait(false);
        }

        foreach (string distribution in new[] { "lognormal", "uniform", "exponential" })
        {
            DelayOptions delay = Timeline.DelayOf(distribution, DelayScope.Task, proportional: true);
            await BufferedAsync(continuous, laboratory, delay, TieRule.ArrivalsFirst).ConfigureAwait(false);
        }

        yield return sequence.Finding("(C - 1) m, all delays, ties in sequence");
        yield return continuous.Finding("(C - 1) m, delays without ties, arrivals first");
    }

    /// <summary>Law 3: the K of a step are replaced together after it; (C − K)·m.</summary>
    public static async IAsyncEnumerable<Finding> BufferAnsweredAfterFlushesAsync(Laboratory laboratory)
    {
        Tally tally = new(laboratory);
        foreach (DelayOptions delay in _delays)
        {
            foreach (TieRule ties in Enum.GetValues<TieRule>())
            {
                Timeline run = Sized(laboratory, delay, new() { Redispatch = Redispatch.Flush, Ties = ties });
                int bufferSize = laboratory.Draw(1, run.Concurrency), steps = laboratory.Draw(50, 150);
                await tally.RunAsync(Buffered(run, bufferSize, steps), steps, (long)(run.Concurrency - bufferSize) * steps).ConfigureAwait(false);
            }
        }

        yield return tally.Finding("(C - K) m, all delays, both tie rules");
    }

    private static Task BufferedAsync(Tally tally, Laboratory laboratory, DelayOptions delay, TieRule ties)
    {
        Timeline run = Sized(laboratory, delay, new() { Ties = ties });
        int bufferSize = laboratory.Draw(2, 2 * run.Concurrency), steps = laboratory.Draw(50, 150);
        return tally.RunAsync(Buffered(run, bufferSize, steps), steps, (run.Concurrency - 1L) * steps);
    }

    private static Timeline Sized(Laboratory laboratory, DelayOptions delay, SchedulerOptions scheduler)
    {
        int concurrency = laboratory.Draw(1, 20), clients = concurrency + laboratory.Draw(0, 20);
        return new()
        {
            Clients = clients,
            Concurrency = concurrency,
            Arrivals = laboratory.Draw(500, 1500),
            Delay = delay,
            Work = [.. Enumerable.Range(0, clients).Select(_ => laboratory.Draw(1, 4))],
            Scheduler = scheduler,
        };
    }

    private static Timeline Buffered(Timeline run, int bufferSize, int steps) => run with
    {
        Arrivals = (long)bufferSize * steps,
        Strategy = services => new FedBuff(new() { BufferSize = bufferSize }, services),
    };

    /// <summary>Sums up many runs, each of which must be right.</summary>
    private sealed class Tally(Laboratory laboratory)
    {
        private long _expected;
        private long _measured;
        private int _runs;
        private string? _wrong;

        public async Task RunAsync(Timeline run, long steps, long expected)
        {
            long staleness = 0;
            SimulationResult result = await laboratory.RunAsync(run, update => staleness += update.Staleness).ConfigureAwait(false);
            long measured = staleness + result.InFlight.VersionLag;
            _expected += expected;
            _measured += measured;
            _runs++;
            if (measured != expected || result.ServerSteps != steps || result.InFlight.Tasks != run.Concurrency)
            {
                _wrong ??= Text.Of($"; {run.Delay.Dist.Name} per {run.Delay.Per}, C = {run.Concurrency}: {measured} for {expected}, {result.ServerSteps} of {steps} steps, {result.InFlight.Tasks} in flight");
            }
        }

        public Finding Finding(string claim) => SelfCheck.Finding.Exact(
            Text.Of($"{claim}, sum of {_runs} runs"), Text.Of($"{_expected}"), Text.Of($"{_measured}{_wrong}"), _wrong is null);
    }
}
