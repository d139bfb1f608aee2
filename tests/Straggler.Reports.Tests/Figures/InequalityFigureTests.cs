using System.Text;
using Straggler.Reports.Figures;
using Straggler.Reports.Records;

namespace Straggler.Reports.Tests.Figures;

public sealed class InequalityFigureTests
{
    [Fact]
    public void Draw_BeforeTheFirstArrival_ArrivalsHaveNoInequality()
    {
        FigureContent content = Draw("0,0,1,0.1,0.25,0\n5,2,1,0.2,0.5,0.75\n");

        Assert.Equal([[0, double.NaN, 0.25], [2, 0.75, 0.5]], content.Data.Rows.Select(row => row.ToArray()));
        Assert.Equal(["arrivals", "accuracies"], content.Chart!.Legend.Select(mark => mark.Name));
    }

    [Fact]
    public void Draw_NothingTrained_ShowsTheArrivalsAlone()
    {
        FigureContent content = Draw("0,0,,,,0\n5,2,,,,0.75\n");

        Assert.Equal(["arrivals"], content.Chart!.Marks.Select(mark => mark.Name));
        Assert.StartsWith("Gini coefficients of the clients’ arrivals:", content.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void Draw_NotMeasured_SaysSo() => Assert.Null(Draw("0,0,1,0.1,,\n").Chart);

    private static FigureContent Draw(string rows)
    {
        using CsvReader csv = new(
            new MemoryStream(Encoding.UTF8.GetBytes("arrival,virtual_time,loss,accuracy,client_gini,participation_gini\n" + rows)), "metrics.csv");
        return new InequalityFigure().Draw(new() { DirectoryName = "run", Evaluations = EvaluationRow.ReadAll(csv) });
    }
}
