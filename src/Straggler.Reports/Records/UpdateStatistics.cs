using System.Runtime.InteropServices;
using Straggler.Metrics;
using Straggler.Recording;
using Straggler.Simulation;

namespace Straggler.Reports.Records;

/// <summary>What the report needs of a run's updates, gathered in one pass; memory does not grow with the number of arrivals.</summary>
internal sealed class UpdateStatistics
{
    private readonly Dictionary<long, (long Applied, long Refused)> _byStaleness = [];

    /// <summary>The file they come from.</summary>
    public required string FileName { get; init; }

    /// <summary>Arrivals read.</summary>
    public long Count => Staleness.Count;

    /// <summary>The staleness of all arrivals, with the quantiles that summary.json has.</summary>
    public StalenessDistribution Staleness { get; } = new();

    /// <summary>For each staleness that occurred, ascending, how many updates were applied and refused.</summary>
    public IEnumerable<KeyValuePair<long, (long Applied, long Refused)>> ByStaleness => _byStaleness.OrderBy(pair => pair.Key);

    /// <summary>Staleness along virtual time.</summary>
    public AdaptiveBins OverTime { get; } = new();

    /// <summary>What came of each client.</summary>
    public ClientTotals Clients { get; } = new();

    /// <summary>Single tasks of a few clients.</summary>
    public TaskWindow Tasks { get; } = new();

    /// <summary>Staleness by the speed of clients.</summary>
    public StalenessBySpeed BySpeed { get; } = new();

    /// <summary>Whether it is known which tasks were still out at the end of the run.</summary>
    public bool KnowsOutstanding { get; private set; }

    /// <summary>Reads all rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="outstanding">The tasks that were still out at the end of the run; null where this is not known.</param>
    public static UpdateStatistics Read(UpdateRows rows, IEnumerable<RecordedTask>? outstanding)
    {
        UpdateStatistics statistics = new() { FileName = rows.FileName };
        while (rows.Read())
        {
            statistics.Add(rows.Current);
        }

        if (outstanding is not null)
        {
            statistics.AddOutstanding(outstanding);
        }

        return statistics;
    }

    /// <summary>Takes in the tasks that were still out at the end of the run.</summary>
    /// <param name="tasks">The tasks.</param>
    public void AddOutstanding(IEnumerable<RecordedTask> tasks)
    {
        KnowsOutstanding = true;
        foreach (RecordedTask task in tasks)
        {
            Tasks.AddOutstanding(task);
        }
    }

    /// <summary>Takes a row in; those of lost tasks stand between those of arrivals and do not count.</summary>
    /// <param name="row">The row.</param>
    public void Add(in UpdateRecord row)
    {
        Tasks.Add(row);
        if (row.Outcome.IsLoss())
        {
            return;
        }

        Staleness.Add(row.Staleness);
        ref (long Applied, long Refused) count = ref CollectionsMarshal.GetValueRefOrAddDefault(_byStaleness, row.Staleness, out _);
        count = row.Outcome == UpdateOutcome.Applied ? (count.Applied + 1, count.Refused) : (count.Applied, count.Refused + 1);
        OverTime.Add(row.VirtualTime, row.Staleness);
        Clients.Add(row);
        BySpeed.Add(row);
    }
}
