using System.Text;
using Straggler.Reports.Charts;
using Straggler.Reports.Figures;
using Straggler.Reports.Records;

namespace Straggler.Reports.Tests.Figures;

public sealed class WallTimeFigureTests
{
    [Fact]
    public void Draw_Profile_StacksEachThreadsShares()
    {
        // Workers: 6 + 3 + 1 = 10 s; loop: 2 + 1 + 1 + 1 = 5 s.
        FigureContent content = Draw("""
            {"workers":2,"training_seconds":6,"evaluation_seconds":3,
             "profile":{"idle_seconds":1,"training_wait_seconds":2,"evaluation_wait_seconds":1,"aggregation_seconds":1,"other_seconds":1}}
            """);

        BarMark[] bars = [.. content.Chart!.Marks.Cast<BarMark>()];
        Assert.Equal([0.6, 0.3, 0.1, 0.4, 0.2, 0.2, 0.2], bars.Select(bar => Math.Round(bar.Bars[0].Width, 9)));
        Assert.Equal([0, 0.6, 0.9, 0, 0.4, 0.6, 0.8], bars.Select(bar => Math.Round(bar.Bars[0].Centre - (bar.Bars[0].Width / 2), 9)));
        Assert.Equal(["event loop", "2 workers"], ((CategoryScale)content.Chart.Y.Scale).Labels.Select(label => label.Replace('\u00A0', ' ')));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"training_seconds":0,"evaluation_seconds":0,"profile":{"loop_seconds":3,"idle_seconds":0}}""")]
    public void Draw_NothingTrained_SaysSo(string summary) => Assert.Null(Draw(summary).Chart);

    private static FigureContent Draw(string summary) => new WallTimeFigure().Draw(new()
    {
        DirectoryName = "run",
        Summary = SummaryFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(summary)), "summary.json"),
    });
}
