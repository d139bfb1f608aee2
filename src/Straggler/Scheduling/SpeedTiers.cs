using System.ComponentModel.DataAnnotations;
using Straggler.Configuration;
using Straggler.Delays;

namespace Straggler.Scheduling;

/// <summary>Options of <see cref="SpeedTiers"/>.</summary>
public sealed record SpeedTiersOptions : ILiveObstacle
{
    /// <summary>Number of tiers, M; null for FedAT's 5, or the concurrency if that is less.</summary>
    [Range(1, 10_000)]
    public int? Tiers { get; init; }

    /// <summary>Tasks whose durations are averaged to tell how fast a client is, none of them a task of the run.</summary>
    [Range(1, 100_000)]
    public int ProfileTasks { get; init; } = 32;

    /// <inheritdoc/>
    string? ILiveObstacle.LiveObstacle => LiveObstacles.Durations;
}

/// <summary>Deals clients into tiers by how long their tasks take; each tier then has synchronous rounds of its own.</summary>
/// <remarks>
/// As in TiFL and FedAT a client is profiled before the run: the mean duration of <c>profile_tasks</c> whole tasks, drawn from its own
/// delays (with delays drawn once per client all are equal, and one is exact). The clients in order of that mean are cut into M tiers of
/// equal size, the first ones a client larger where it does not come out even; tier 0 is the fastest. The places in flight are shared out
/// likewise. Source: Chai et al. 2020, "TiFL", HPDC, arXiv 2001.09249, section 4; Chai et al. 2021, "FedAT", SC, arXiv 2010.05958.
/// </remarks>
public static class SpeedTiers
{
    /// <summary>Deals the clients out.</summary>
    /// <exception cref="InvalidOptionException">There are more tiers than places in flight.</exception>
    public static ClientGroups Deal(SpeedTiersOptions options, SchedulingServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        int tiers = options.Tiers ?? Math.Min(5, services.Concurrency);
        if (tiers > services.Concurrency)
        {
            throw new InvalidOptionException("scheduler.tiers", $"{tiers} tiers share {services.Concurrency} clients in flight, "
                + "so some would have none. Allowed: at most the concurrency.");
        }

        int[] places = [.. Enumerable.Range(0, tiers).Select(tier => PartOf(services.Concurrency, tier, tiers))];
        return new(services.Delays is { } delays ? TierOf(tiers, options, delays, services.Samples.Count) : [], places);
    }

    private static int[] TierOf(int tiers, SpeedTiersOptions options, DelayModel delays, int clientCount)
    {
        double[] seconds = [.. Enumerable.Range(0, clientCount).Select(client => MeanSeconds(delays, client, options.ProfileTasks))];
        int[] tierOf = new int[clientCount];
        int tier = 0, left = PartOf(clientCount, 0, tiers);
        foreach (int client in Enumerable.Range(0, clientCount).OrderBy(client => seconds[client]))
        {
            while (left == 0)
            {
                left = PartOf(clientCount, ++tier, tiers);
            }

            tierOf[client] = tier;
            left--;
        }

        return tierOf;
    }

    /// <summary>The mean duration of tasks so late that no run gets to them.</summary>
    private static double MeanSeconds(DelayModel delays, int client, int tasks) =>
        Enumerable.Range(0, tasks).Average(task => delays.Duration(client, int.MaxValue - task).Seconds);

    private static int PartOf(int whole, int part, int parts) => (whole / parts) + (part < whole % parts ? 1 : 0);
}
