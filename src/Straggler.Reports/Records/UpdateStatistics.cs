using System.Runtime.InteropServices;
using Straggler.Metrics;

namespace Straggler.Reports.Records;

/// <summary>What the report needs of updates.csv, gathered in one pass; memory does not grow with the number of arrivals.</summary>
internal sealed class UpdateStatistics
{
    /// <summary>A server makes at most one step per arrival, and no run has this many.</summary>
    private const long MostStaleness = 100_000_000;

    private readonly Dictionary<long, (long Applied, long Refused)> _byStaleness = [];

    private UpdateStatistics()
    {
    }

    /// <summary>Arrivals read.</summary>
    public long Count => Staleness.Count;

    /// <summary>The staleness of all arrivals, with the quantiles that summary.json has.</summary>
    public StalenessDistribution Staleness { get; } = new();

    /// <summary>For each staleness that occurred, ascending, how many updates were applied and refused.</summary>
    public IEnumerable<KeyValuePair<long, (long Applied, long Refused)>> ByStaleness => _byStaleness.OrderBy(pair => pair.Key);

    /// <summary>Staleness along virtual time.</summary>
    public AdaptiveBins OverTime { get; } = new();

    /// <summary>Reads updates.csv.</summary>
    /// <param name="csv">The file.</param>
    public static UpdateStatistics Read(CsvReader csv)
    {
        int virtualTime = csv.Column("virtual_time");
        int staleness = csv.Column("staleness");
        int outcome = csv.Column("outcome");
        UpdateStatistics statistics = new();
        while (csv.Read())
        {
            // Rows of lost tasks stand between those of arrivals.
            if (!csv.StartsWith(outcome, "lost_"u8))
            {
                statistics.Add(csv.Number(virtualTime), csv.Integer(staleness, 0, MostStaleness), csv.Is(outcome, "applied"u8));
            }
        }

        return statistics;
    }

    private void Add(double virtualTime, long staleness, bool applied)
    {
        Staleness.Add(staleness);
        ref (long Applied, long Refused) count = ref CollectionsMarshal.GetValueRefOrAddDefault(_byStaleness, staleness, out _);
        count = applied ? (count.Applied + 1, count.Refused) : (count.Applied, count.Refused + 1);
        OverTime.Add(virtualTime, staleness);
    }
}
