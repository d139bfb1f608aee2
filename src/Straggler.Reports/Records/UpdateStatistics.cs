namespace Straggler.Reports.Records;

/// <summary>What the report needs of updates.csv, gathered in one pass; memory does not grow with the number of arrivals.</summary>
internal sealed class UpdateStatistics
{
    private readonly SortedDictionary<long, (long Applied, long Refused)> _byStaleness = [];

    private UpdateStatistics()
    {
    }

    /// <summary>Arrivals read.</summary>
    public long Count { get; private set; }

    /// <summary>For each staleness that occurred, ascending, how many updates were applied and refused.</summary>
    public IReadOnlyDictionary<long, (long Applied, long Refused)> ByStaleness => _byStaleness;

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
            statistics.Add(csv.Number(virtualTime), csv.Integer(staleness), csv.Is(outcome, "applied"u8));
        }

        return statistics;
    }

    private void Add(double virtualTime, long staleness, bool applied)
    {
        Count++;
        (long Applied, long Refused) count = _byStaleness.GetValueOrDefault(staleness);
        _byStaleness[staleness] = applied ? (count.Applied + 1, count.Refused) : (count.Applied, count.Refused + 1);
        OverTime.Add(virtualTime, staleness);
    }
}
