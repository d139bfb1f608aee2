using Straggler.Recording;
using Straggler.Reports.Charts;
using Straggler.Reports.Figures;
using Straggler.Reports.Records;

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

    private static FigureContent Draw(params UpdateRecord[] rows)
    {
        UpdateStatistics updates = new() { FileName = "updates.csv" };
        foreach (UpdateRecord row in rows)
        {
            updates.Add(row);
        }

        return new TimelineFigure().Draw(new() { DirectoryName = "run", Updates = updates });
    }

    private static UpdateRecord Task(int client, double dispatched, double ended, long staleness, UpdateOutcome outcome) =>
        new(1, ended, client, dispatched, 0, staleness, 1, 1, 1, outcome);
}
