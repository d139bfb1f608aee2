using System.Text;
using Straggler.Reports.Figures;
using Straggler.Reports.Records;

namespace Straggler.Reports.Tests.Figures;

public sealed class StalenessHistogramFigureTests
{
    [Fact]
    public void Draw_FewValues_HasABarForEach()
    {
        FigureContent content = Draw([(0, "applied"), (2, "applied"), (2, "refused_stale"), (3, "refused_non_finite")]);

        Assert.Equal([[0, 1, 0], [2, 1, 1], [3, 0, 1]], content.Data.Rows.Select(row => row.ToArray()));

        // (0 + 2 + 2 + 3) / 4 = 1.75; the median lies between 2 and 2.
        Assert.Contains("Mean 1.75, median 2, largest 3.", content.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void Draw_WideRange_GroupsNeighbours()
    {
        // 0 to 119 in at most 50 bars: five values each, 24 bars.
        FigureContent content = Draw([.. Enumerable.Range(0, 120).Select(value => ((long)value, "applied"))]);

        Assert.Equal("staleness_from", content.Data.Columns[0]);
        Assert.Equal(Enumerable.Range(0, 24).Select(bin => (5.0 * bin, 5.0)), content.Data.Rows.Select(row => (row[0], row[1])));
    }

    private static FigureContent Draw((long Staleness, string Outcome)[] updates)
    {
        string text = "virtual_time,staleness,outcome\n" + string.Concat(updates.Select(update => $"1,{update.Staleness},{update.Outcome}\n"));
        using CsvReader csv = new(new MemoryStream(Encoding.UTF8.GetBytes(text)), "updates.csv");
        return new StalenessHistogramFigure().Draw(new() { DirectoryName = "run", Updates = UpdateStatistics.Read(csv) });
    }
}
