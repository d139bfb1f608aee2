using System.Collections.Immutable;
using Straggler.Reports.Charts;
using Straggler.Reports.Records;

namespace Straggler.Reports.Figures;

/// <summary>The server model's test loss along the run.</summary>
/// <param name="progress">What it is drawn against.</param>
internal sealed class LossFigure(Progress progress) : IFigure
{
    /// <summary>Losses that differ by more than this factor are drawn on a logarithmic scale.</summary>
    private const double WideRange = 50;

    /// <inheritdoc/>
    public string Name => $"loss-{progress.Slug}";

    /// <inheritdoc/>
    public Section Section => Section.Learning;

    /// <inheritdoc/>
    public string Title => $"Test loss over {progress.Words}";

    /// <inheritdoc/>
    public FigureChoice? Choice => new("loss", progress.Words);

    /// <inheritdoc/>
    public FigureContent Draw(RunRecords run)
    {
        if (run.Evaluations is not { Length: > 0 } rows)
        {
            return FigureContent.Missing("No evaluation was recorded in metrics.csv.");
        }

        if (!progress.IsKnown(rows) && progress.IsOptional)
        {
            return FigureContent.Missing($"The run did not record its {progress.Words}.");
        }

        ImmutableArray<Point> curve = progress.Curve(rows, row => row.Loss);
        double[] losses = [.. curve.Select(point => point.Y).Where(double.IsFinite)];
        if (losses.Length == 0)
        {
            return FigureContent.Missing("No evaluation had a finite loss.");
        }

        bool logarithmic = losses.Min() > 0 && losses.Max() > WideRange * losses.Min();
        Scale scale = logarithmic ? LogScale.Around(losses) : LinearScale.FromZero(losses);
        string[] units = [.. run.IsEvaluatedByClients ? ["the clients’ own"] : (string[])["cross-entropy", "nats"], .. logarithmic ? ["log scale"] : (string[])[]];
        string label = $"test loss ({string.Join(", ", units)})";
        Chart chart = new(Title, progress.AxisFor(rows), new(label, scale), [new LineMark("test loss", Ink.Blue, curve)]);
        return new(chart, Caption(run, rows), Tables.Curve(progress, rows, "loss", row => row.Loss), "metrics.csv");
    }

    private string Caption(RunRecords run, ImmutableArray<EvaluationRow> rows)
    {
        EvaluationRow best = rows.Where(row => double.IsFinite(row.Loss)).MinBy(row => row.Loss)!;
        int broken = rows.Count(row => !double.IsFinite(row.Loss));
        string gaps = broken == 0 ? "" : $" {NumberText.Count(broken, "evaluation")} without a finite loss left a gap.";
        string measured = run.IsEvaluatedByClients
            ? "Mean loss of the server’s model on the data of the clients that evaluated it, weighted by their samples"
            : "Mean cross-entropy of the server’s model on the test set; lower is better";
        return $"{measured}. Lowest: {NumberText.Measure(best.Loss)} at " +
            $"{Tables.At(progress, best)}.{gaps}";
    }
}
