using Straggler.Recording;
using Straggler.Reports.Records;

namespace Straggler.Reports.Tracing;

/// <summary>What must be known of a whole timeline before its first event can be written.</summary>
/// <param name="ClientCount">More than the largest client.</param>
/// <param name="MeanStaleness">Of all arrivals; 0 without any.</param>
/// <param name="Dispatches">Virtual seconds of all dispatches whose end is recorded, ascending: 8 bytes each, the one thing that grows with the run.</param>
internal sealed record TimelineSurvey(long ClientCount, double MeanStaleness, IReadOnlyList<double> Dispatches)
{
    /// <summary>Reads a run's record once.</summary>
    public static TimelineSurvey Of(UpdateRows rows)
    {
        List<double> dispatches = [];
        (long clients, double staleness, long arrivals) = (0, 0, 0);
        while (rows.Read())
        {
            UpdateRecord task = rows.Current;
            dispatches.Add(task.DispatchVirtualTime);
            clients = Math.Max(clients, task.Client + 1L);
            if (!task.Outcome.IsLoss())
            {
                staleness += task.Staleness;
                arrivals++;
            }
        }

        dispatches.Sort();
        return new(clients, arrivals == 0 ? 0 : staleness / arrivals, dispatches);
    }
}
