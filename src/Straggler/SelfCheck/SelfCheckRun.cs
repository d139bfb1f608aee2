using System.Collections.Immutable;
using Straggler.SelfCheck.Laws;

namespace Straggler.SelfCheck;

/// <summary>Checks the engine against laws that every correct one obeys, derived without it.</summary>
public static class SelfCheckRun
{
    private const string Counting = "by counting: each step makes the tasks in flight one staler";

    /// <summary>The table of laws.</summary>
    internal static ImmutableArray<Law> Laws { get; } =
    [
        new(1, "staleness is conserved: fedasync", Counting, ConservationLaws.EveryArrivalAStepAsync),
        new(2, "staleness is conserved: fedbuff, answered at arrivals", Counting, ConservationLaws.BufferAnsweredAtArrivalsAsync),
        new(3, "staleness is conserved: fedbuff, answered after flushes", Counting, ConservationLaws.BufferAnsweredAfterFlushesAsync),
        new(4, "equal clients: distribution of staleness", "memorylessness; who arrives is uniform among C", EqualClientsLaw.CheckAsync),
        new(5, "every client in flight: staleness and share", "renewal theory, Cox 1962", EveryClientInFlightLaw.CheckAsync),
        new(6, "next client uniform among idle ones", "reversible Markov chain, Kelly 1979", UniformIdleLaw.CheckAsync),
        new(7, "clients drawn from all, queues at clients", "Buzen 1973; Leconte et al. 2024, arXiv 2405.00017", QueuesAtClientsLaw.CheckAsync),
        new(8, "throughput", "Little 1961; renewal theory, Cox 1962", ThroughputLaw.CheckAsync),
        new(9, "length of synchronous rounds", "order statistics, Rényi 1953", RoundLengthLaw.CheckAsync),
        new(10, "clients that come and go", "two-state Markov chain; competing exponentials", AvailabilityLaw.CheckAsync),
        new(11, "determinism", "docs/decisions/0001 to 0003 and 0008", DeterminismLaw.CheckAsync),
        new(12, "the server's link is shared", "Baskett, Chandy, Muntz, Palacios 1975", SharedLinkLaw.CheckAsync),
    ];

    /// <summary>Checks all laws, several at a time.</summary>
    /// <param name="seed">Every run of the check derives from it.</param>
    /// <param name="cancellation">Gives the check up.</param>
    /// <exception cref="OperationCanceledException">The check was given up.</exception>
    public static Task<SelfCheckReport> RunAsync(ulong seed, CancellationToken cancellation) =>
        RunAsync(seed, Laws, sabotage: null, cancellation);

    /// <summary>Checks some laws on an engine that may be wrong on purpose.</summary>
    internal static async Task<SelfCheckReport> RunAsync(
        ulong seed, IReadOnlyList<Law> laws, Sabotage? sabotage, CancellationToken cancellation)
    {
        LawReport[] reports = new LawReport[laws.Count];
        await Parallel.ForAsync(0, laws.Count, cancellation, async (place, token) =>
        {
            Law law = laws[place];
            reports[place] = new(
                law.Number, law.Name, law.Source, await CheckAsync(law, new(seed, law.Number, sabotage, token)).ConfigureAwait(false));
        }).ConfigureAwait(false);
        return new(seed, reports);
    }

    /// <summary>An engine that gives up in the middle of a law has failed it.</summary>
    private static async Task<IReadOnlyList<Finding>> CheckAsync(Law law, Laboratory laboratory)
    {
        List<Finding> findings = [];
        try
        {
            await foreach (Finding finding in law.CheckAsync(laboratory).ConfigureAwait(false))
            {
                findings.Add(finding);
            }
        }
        catch (InvalidOperationException failure)
        {
            findings.Add(Finding.Exact(law.Name, "the run ends", failure.Message, holds: false));
        }

        return findings;
    }
}
