using System.Collections.Immutable;
using Straggler.Recording;
using Straggler.Reports.Records;
using Straggler.Simulation;

namespace Straggler.Reports.Tracing;

/// <summary>What must be known of a whole timeline before its first event can be written.</summary>
/// <param name="ClientCount">More than the largest client.</param>
/// <param name="MeanStaleness">Of all arrivals; 0 without any.</param>
/// <param name="Dispatches">Virtual seconds of all dispatches, ascending: 8 bytes each, the one thing that grows with the run.</param>
/// <param name="End">Virtual seconds at which the last task ended.</param>
/// <param name="InFlight">Tasks that were out at the end.</param>
internal sealed record TimelineSurvey(
    long ClientCount, double MeanStaleness, IReadOnlyList<double> Dispatches, double End, ImmutableArray<RecordedTask> InFlight)
{
    /// <summary>Reads a run's record once.</summary>
    public static TimelineSurvey Of(UpdateRows rows, IEnumerable<RecordedTask> inFlight)
    {
        ImmutableArray<RecordedTask> still = [.. inFlight];
        List<double> dispatches = [.. still.Select(task => task.Dispatched.Seconds)];
        (long clients, double staleness, long arrivals, double end) = (still.Max(task => (int?)task.Client) + 1L ?? 0, 0, 0, 0);
        while (rows.Read())
        {
            UpdateRecord task = rows.Current;
            dispatches.Add(task.DispatchVirtualTime);
            end = Math.Max(end, task.VirtualTime);
            clients = Math.Max(clients, task.Client + 1L);
            if (!task.Outcome.IsLoss())
            {
                staleness += task.Staleness;
                arrivals++;
            }
        }

        dispatches.Sort();
        return new(clients, arrivals == 0 ? 0 : staleness / arrivals, dispatches, end, still);
    }
}
