using Straggler.Recording;
using Straggler.Reports.Figures;
using Straggler.Reports.Records;

namespace Straggler.Reports.Tests.Figures;

public sealed class StalenessHistogramFigureTests
{
    [Fact]
    public void Draw_FewValues_HasABarForEach()
    {
        FigureContent content = Draw([(0, UpdateOutcome.Applied), (2, UpdateOutcome.Applied), (2, UpdateOutcome.RefusedStale), (3, UpdateOutcome.RefusedNonFinite), (9, UpdateOutcome.LostUpload)]);

        Assert.Equal([[0, 1, 0], [2, 1, 1], [3, 0, 1]], content.Data.Rows.Select(row => row.ToArray()));

        // (0 + 2 + 2 + 3) / 4 = 1.75; the median lies between 2 and 2.
        Assert.Contains("Mean 1.75, median 2, largest 3.", content.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void Draw_WideRange_GroupsNeighbours()
    {
        // 0 to 119 in at most 50 bars: five values each, 24 bars.
        FigureContent content = Draw([.. Enumerable.Range(0, 120).Select(value => ((long)value, UpdateOutcome.Applied))]);

        Assert.Equal("staleness_from", content.Data.Columns[0]);
        Assert.Equal(Enumerable.Range(0, 24).Select(bin => (5.0 * bin, 5.0)), content.Data.Rows.Select(row => (row[0], row[1])));
    }

    private static FigureContent Draw((long Staleness, UpdateOutcome Outcome)[] updates)
    {
        UpdateStatistics statistics = new() { FileName = "updates.csv" };
        foreach ((long staleness, UpdateOutcome outcome) in updates)
        {
            statistics.Add(new(1, 1, 0, 0, 0, staleness, 1, 1, 1, outcome));
        }

        return new StalenessHistogramFigure().Draw(new() { DirectoryName = "run", Updates = statistics });
    }
}
