using Straggler.Delays;
using Straggler.Recording;
using Straggler.Reports.Charts;
using Straggler.Reports.Figures;
using Straggler.Reports.Records;
using Straggler.Simulation;

namespace Straggler.Reports.Tests.Figures;

public sealed class TimelineFigureTests
{
    [Fact]
    public void Draw_TasksOfEveryOutcome_ShowsEachFromDispatchToEnd()
    {
        FigureContent content = Draw(
            Task(7, 0, 8, 3, UpdateOutcome.Applied), Task(2, 0, 1, 0, UpdateOutcome.Applied), Task(2, 1, 2, 1, UpdateOutcome.RefusedStale),
            Task(2, 2, 6, 2, UpdateOutcome.LostTimeout));

        // Client 2 is faster (mean 2 s) and on top, in row 1.
        Assert.Equal(["7", "2"], ((CategoryScale)content.Chart!.Y.Scale).Labels);
        BarMark[] marks = [.. content.Chart.Marks.Cast<BarMark>()];
        Assert.Equal(["τ 0", "τ 2 to 3", "refused", "lost"], marks.Select(mark => mark.Name));
        Assert.Equal([(0.0, 1), (0, 0), (1, 1), (2, 1)], marks.Select(mark => (Math.Round(mark.Bars[0].Centre - (mark.Bars[0].Width / 2), 9), (int)Math.Round((mark.Bars[0].Top + mark.Bars[0].Bottom) / 2))));
        Assert.All(marks.Zip([1.0, 8, 1, 4]), pair => Assert.InRange(pair.First.Bars[0].Width, 0.8 * pair.Second, pair.Second));
        Assert.Equal("client 2: dispatch at 1.00 s, arrival at 2.00 s, staleness 1, refused_stale", marks[2].Tips.Single().Replace('\u00A0', ' '));
        Assert.Equal(["applied", "refused_stale", "lost_timeout", "applied"], content.Data.Words);
    }

    [Fact]
    public void Draw_TasksOfOneClientAtTheSameTime_DoNotCoverEachOther()
    {
        FigureContent content = Draw(Task(0, 0, 4, 0, UpdateOutcome.Applied), Task(0, 1, 5, 0, UpdateOutcome.Applied), Task(0, 4, 6, 0, UpdateOutcome.Applied));

        Bar[] bars = [.. content.Chart!.Marks.Cast<BarMark>().Single().Bars];
        Assert.True(bars[1].Top <= bars[0].Bottom + 1e-12);
        Assert.Equal((bars[0].Bottom, bars[0].Top), (bars[2].Bottom, bars[2].Top)); // The first has ended by then.
    }

    [Fact]
    public void Draw_PartsAreKnown_TransfersAreThinAndTrainingThick()
    {
        // 2 s down, 5 s of training, 1 s up; then a live client's 4 s of 8, which stand in the middle; then one that also waited.
        FigureContent content = Draw(
            Task(0, 0, 8, 0, UpdateOutcome.Applied) with { Parts = new(new(2), new(5), new(1)) },
            Task(1, 0, 8, 0, UpdateOutcome.Applied) with { Parts = TaskDelay.Unknown with { Compute = new(4) } },
            Task(2, 0, 8, 0, UpdateOutcome.Applied) with { Parts = new(new(2), new(2), new(1)) });

        BarMark mark = content.Chart!.Marks.Cast<BarMark>().Single();
        double thick = mark.Bars[1].Top - mark.Bars[1].Bottom;
        Assert.Equal(
            [(0, 2, false), (2, 5, true), (7, 1, false), (0, 2, false), (2, 4, true), (6, 2, false), (0, 8, true)],
            mark.Bars.Select(bar => (Math.Round(bar.Centre - (bar.Width / 2), 9), Math.Round(bar.Width + 0.01), bar.Top - bar.Bottom > 0.99 * thick)));
        Assert.All(mark.Bars, bar => Assert.InRange(bar.Top - bar.Bottom, 0.2 * thick, 1.001 * thick));
        Assert.EndsWith("staleness 0, download 2.00 s, training 5.00 s, upload 1.00 s", mark.Tips[1].Replace('\u00A0', ' '), StringComparison.Ordinal);
        Assert.Contains("where only the training's length is known, it stands in the middle", content.Caption, StringComparison.Ordinal);
        Assert.Equal([2, 5, 1], content.Data.Rows[0][4..]);
    }

    [Fact]
    public void Draw_TasksStillOut_ReachToTheEndOfTheRun()
    {
        // The run went on to 9 s; client 1 never came back, client 2 was sent out again at 5 s. Means of what ended: 2 s, none.
        FigureContent content = Draw(
            """{"virtual_time":9}""", [new(1, new(3), VirtualTime.Never, 0, null), new(2, new(5), VirtualTime.Never, 4, null)], Task(2, 0, 2, 0, UpdateOutcome.Applied));

        Assert.Equal(["1", "2"], ((CategoryScale)content.Chart!.Y.Scale).Labels);
        BarMark open = content.Chart.Marks.Cast<BarMark>().Single(mark => mark.Name == "still out at the end");
        Assert.Equal([5.0, 3], open.Bars.Select(bar => Math.Round(bar.Centre - (bar.Width / 2), 9)));
        Assert.All(open.Bars, bar => Assert.InRange(bar.Centre + (bar.Width / 2), 8.8, 9));
        Assert.Equal("client 1: dispatch at 3.00 s, still out at the end", open.Tips[1].Replace('\u00A0', ' '));
        Assert.Equal(["applied", "in_flight", "in_flight"], content.Data.Words);
        Assert.All(content.Data.Rows.Skip(1), row => Assert.True(double.IsNaN(row[2]) && double.IsNaN(row[3])));
        Assert.DoesNotContain("not known", content.Caption, StringComparison.Ordinal);
    }

    private static FigureContent Draw(params UpdateRecord[] rows) => Draw("{}", null, rows);

    private static FigureContent Draw(string summary, RecordedTask[]? outstanding, params UpdateRecord[] rows)
    {
        UpdateStatistics updates = new() { FileName = "updates.csv" };
        foreach (UpdateRecord row in rows)
        {
            updates.Add(row);
        }

        if (outstanding is not null)
        {
            updates.AddOutstanding(outstanding);
        }

        using MemoryStream text = new(System.Text.Encoding.UTF8.GetBytes(summary));
        return new TimelineFigure().Draw(new() { DirectoryName = "run", Updates = updates, Summary = SummaryFile.Read(text, "summary.json") });
    }

    private static UpdateRecord Task(int client, double dispatched, double ended, long staleness, UpdateOutcome outcome) =>
        new(1, ended, client, dispatched, 0, staleness, 1, 1, 1, outcome);
}
