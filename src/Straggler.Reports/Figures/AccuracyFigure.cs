using System.Collections.Immutable;
using Straggler.Reports.Charts;
using Straggler.Reports.Records;

namespace Straggler.Reports.Figures;

/// <summary>The server model's test accuracy along the run, with the targets and where they were first reached.</summary>
/// <param name="progress">What it is drawn against.</param>
internal sealed class AccuracyFigure(Progress progress) : IFigure
{
    /// <inheritdoc/>
    public string Name => $"accuracy-{progress.Slug}";

    /// <inheritdoc/>
    public Section Section => Section.Learning;

    /// <inheritdoc/>
    public string Title => $"Test accuracy over {progress.Words}";

    /// <inheritdoc/>
    public FigureChoice? Choice => new("accuracy", progress.Words);

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

        ImmutableArray<Point> curve = progress.Curve(rows, row => row.Accuracy);
        if (!curve.Any(point => point.IsFinite))
        {
            return FigureContent.Missing("The accuracy was not measured in this run.");
        }

        TargetRow[] targets = [.. run.Summary?.Targets.Where(target => double.IsFinite(target.Accuracy)) ?? []];
        IEnumerable<double> heights = [.. curve.Select(point => point.Y), .. targets.Select(target => target.Accuracy)];
        LinearScale scale = LinearScale.FromZero(heights, most: 1) with { Percent = true };
        Chart chart = new(Title, progress.AxisFor(rows), new("test accuracy", scale), [.. Marks(rows, curve, targets)]);
        return new(chart, Caption(run, rows), Tables.Curve(progress, rows, "accuracy", row => row.Accuracy), "metrics.csv");
    }

    private IEnumerable<Mark> Marks(ImmutableArray<EvaluationRow> rows, ImmutableArray<Point> curve, TargetRow[] targets)
    {
        for (int index = 0; index < targets.Length; index++)
        {
            string? name = index > 0 ? null : targets.Length == 1 ? "target" : "targets";
            yield return new LevelMark(name, Ink.Grey, targets[index].Accuracy);
        }

        yield return new LineMark("test accuracy", Ink.Blue, curve);
        Point[] reached = [.. targets.Select(target => rows.FirstOrDefault(row => row.Accuracy >= target.Accuracy))
            .OfType<EvaluationRow>().Distinct().Select(row => new Point(progress.Of(row), row.Accuracy))];
        if (reached.Length > 0)
        {
            yield return new DotMark("target first reached", Ink.Vermillion, [.. reached], Large: true);
        }
    }

    private string Caption(RunRecords run, ImmutableArray<EvaluationRow> rows)
    {
        EvaluationRow best = rows.Where(row => double.IsFinite(row.Accuracy)).MaxBy(row => row.Accuracy)!;
        string measured = run.IsEvaluatedByClients
            ? "Mean accuracy of the server’s model on the data of the clients that evaluated it, weighted by their samples"
            : "Share of the test set that the server’s model classifies correctly, at each evaluation";
        return $"{measured}. Best: " +
            $"{NumberText.Percent(best.Accuracy)} at {Tables.At(progress, best)}.";
    }
}
