using System.Text;
using Straggler.Reports.Figures;
using Straggler.Reports.Records;

namespace Straggler.Reports.Tests.Figures;

/// <summary>What the curves of a live run say that they show.</summary>
public sealed class LiveEvaluationFiguresTests
{
    private static readonly string[] _ofOurModels = ["cross-entropy", "nats", "test set"];

    [Fact]
    public void Draw_ClientsEvaluatedAModelOfTheirs_SaysNothingOfATestSetOrCrossEntropy()
    {
        string text = Text(new LossFigure(Progress.VirtualTime), "none") + Text(new AccuracyFigure(Progress.VirtualTime), "none")
            + Text(new ClientSpreadFigure(), "none");

        Assert.All(_ofOurModels, word => Assert.DoesNotContain(word, text, StringComparison.Ordinal));
        Assert.Contains("test loss (the clients’ own, log scale)", text, StringComparison.Ordinal);
        Assert.Contains("Mean loss of the server’s model on the data of the clients that evaluated it, weighted by their samples. Lowest: 0.5", text, StringComparison.Ordinal);
        Assert.Contains("Mean accuracy of the server’s model on the data of the clients that evaluated it, weighted by their samples. Best: 75", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Draw_TheServerEvaluatedAModelOfOurs_SaysOnWhat()
    {
        string loss = Text(new LossFigure(Progress.VirtualTime), "local");

        Assert.Contains("test loss (cross-entropy, nats, log scale)", loss, StringComparison.Ordinal);
        Assert.Contains("Mean cross-entropy of the server’s model on the test set", loss, StringComparison.Ordinal);
        Assert.Contains("Share of the test set", Text(new AccuracyFigure(Progress.VirtualTime), "local"), StringComparison.Ordinal);
        Assert.Contains("whole test set", Text(new ClientSpreadFigure(), "local"), StringComparison.Ordinal);
    }

    private static string Text(IFigure figure, string training)
    {
        const string Rows = "arrival,virtual_time,loss,accuracy,client_worst10,client_best10\n0,0,100,0.25,0.1,0.3\n5,2,0.5,0.75,0.6,0.8\n";
        using CsvReader csv = new(new MemoryStream(Encoding.UTF8.GetBytes(Rows)), "metrics.csv");
        using MemoryStream summary = new("""{"clock":"wall"}"""u8.ToArray());
        FigureContent content = figure.Draw(new()
        {
            DirectoryName = "run",
            Configuration = $"training: {training}\n",
            Summary = SummaryFile.Read(summary, "summary.json"),
            Evaluations = EvaluationRow.ReadAll(csv),
        });
        return string.Join('\n', [content.Caption, content.Chart!.Y.Label, .. content.Chart.Legend.Select(mark => mark.Name)]);
    }
}
