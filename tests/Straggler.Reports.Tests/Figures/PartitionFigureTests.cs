using Straggler.Reports.Charts;
using Straggler.Reports.Figures;
using Straggler.Reports.Records;

namespace Straggler.Reports.Tests.Figures;

public sealed class PartitionFigureTests
{
    [Theory]
    [InlineData(1, new double[] { 1 })]
    [InlineData(4, new double[] { 1, 2 })]
    [InlineData(20, new double[] { 1, 2, 5, 10, 20 })]
    [InlineData(150, new double[] { 1, 5, 20, 100 })] // Of 1, 2, 5, 10, 20, 50, 100 every second from the top.
    [InlineData(5000, new double[] { 5, 50, 500, 5000 })] // Of twelve every third.
    public void Limits_OfAMaximum_AreRoundAndFew(double most, double[] expected) => Assert.Equal(expected, Shades.Limits(most, 1));

    [Fact]
    public void Draw_FewClients_ShowsEachInItsOrder()
    {
        // Client 1 holds 3 samples of class 0, client 0 holds 1 of class 1 and 7 of class 0: shades 1, 2 to 4, 5 to 7.
        FigureContent content = Draw([7, 1], [3, 0]);
        BarMark[] marks = [.. content.Chart!.Marks.Cast<BarMark>()];
        Assert.Equal(["1", "2 to 4", "5 to 7"], marks.Select(mark => mark.Name));
        Assert.Equal([(0, 1), (1, 0), (0, 0)], marks.Select(mark => Assert.Single(mark.Bars)).Select(bar => (bar.Centre, (bar.Bottom + bar.Top) / 2)));
        Assert.True(marks[0].Shade < marks[1].Shade && marks[1].Shade < marks[2].Shade && marks[2].Shade == 1, "more is darker");
        Assert.Equal([0, 7, 1], content.Data.Rows[0]);
        Assert.Contains("3 to 8\u00A0samples", content.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void Draw_ManyClients_SortsThemByTheirMainClass()
    {
        // 60 clients: even ones hold class 1, odd ones class 0. Sorted, class 0 fills the left half.
        FigureContent content = Draw([.. Enumerable.Range(0, 60).Select(client => new double[] { client % 2, 1 - (client % 2) })]);
        Bar[] bars = [.. Assert.IsType<BarMark>(Assert.Single(content.Chart!.Marks)).Bars];
        Assert.Equal(60, bars.Length);
        Assert.All(bars, bar => Assert.Equal(bar.Centre < 30 ? 0 : 1, (bar.Bottom + bar.Top) / 2, 1e-9));
    }

    [Fact]
    public void Draw_MoreClientsThanColumns_ShowsMeansAndKeepsTheTotal()
    {
        FigureContent content = Draw([.. Enumerable.Range(0, 1_000).Select(client => new double[] { client % 7, 3, 0 })]);
        int cells = content.Chart!.Marks.Cast<BarMark>().Sum(mark => mark.Bars.Length);
        Assert.InRange(cells, 120, 240);
        Assert.Equal(1_000, content.Chart.Marks.Cast<BarMark>().SelectMany(mark => mark.Bars).Where(bar => bar.Bottom > 0 && bar.Top < 2).Sum(bar => bar.Width), 1e-6);
        Assert.Equal(1_000, content.Data.Rows.Length);
        Assert.Contains("Neighbours share a column", content.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void Draw_ClassesWithNames_AreCalledByThem()
    {
        RunRecords run = new() { DirectoryName = "run", Partition = [new(0, [7, 1])], ClassNames = ["T-shirt/top", "Trouser"] };
        Chart chart = new PartitionFigure().Draw(run).Chart!;
        Assert.Equal(("class", "T-shirt/top", "Trouser"), (chart.Y.Label, chart.Y.Scale.Ticks(5)[0].Label, chart.Y.Scale.Ticks(5)[1].Label));
    }

    [Fact]
    public void Draw_NothingRecordedOrHeld_SaysSo()
    {
        Assert.Null(new PartitionFigure().Draw(new RunRecords { DirectoryName = "run" }).Chart);
        Assert.Null(Draw([0, 0]).Chart);
    }

    private static FigureContent Draw(params double[][] counts) => new PartitionFigure().Draw(new RunRecords
    {
        DirectoryName = "run",
        Partition = [.. counts.Select((row, client) => new PartitionRow(client, [.. row]))],
    });
}
