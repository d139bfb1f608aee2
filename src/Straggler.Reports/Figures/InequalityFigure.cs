using System.Collections.Immutable;
using Straggler.Reports.Charts;
using Straggler.Reports.Records;

namespace Straggler.Reports.Figures;

/// <summary>How unequally clients are served and take part, along the run.</summary>
internal sealed class InequalityFigure : IFigure
{
    /// <inheritdoc/>
    public string Name => "inequality-virtual-time";

    /// <inheritdoc/>
    public Section Section => Section.Clients;

    /// <inheritdoc/>
    public string Title => "Inequality between clients over virtual time";

    /// <inheritdoc/>
    public FigureContent Draw(RunRecords run)
    {
        if (run.Evaluations is not { } rows || !rows.Any(row => double.IsFinite(row.AccuracyGini) || double.IsFinite(OfArrivals(row))))
        {
            return FigureContent.Missing("Inequality was not measured during this run.");
        }

        Progress progress = Progress.VirtualTime;
        (string Name, Ink Ink, Func<EvaluationRow, double> Of)[] curves =
            [("arrivals", Ink.Orange, OfArrivals), ("accuracies", Ink.Blue, row => row.AccuracyGini)];
        Mark[] marks = [.. curves.Where(curve => rows.Any(row => double.IsFinite(curve.Of(row)))).Select(curve => new LineMark(curve.Name, curve.Ink, progress.Curve(rows, curve.Of)))];
        Chart chart = new(
            Title,
            progress.AxisFor(rows),
            new("Gini coefficient", LinearScale.FromZero(curves.SelectMany(curve => rows.Select(curve.Of)), most: 1)),
            [.. marks]);
        DataTable data = new(
            ["virtual_time", "participation_gini", "accuracy_gini"],
            [.. rows.Select<EvaluationRow, ImmutableArray<double>>(row => [row.VirtualTime, OfArrivals(row), row.AccuracyGini])]);
        string shown = marks.Length == 2 ? "the clients’ accuracies and of their arrivals so far" : $"the clients’ {marks[0].Name}";
        return new(chart, $"Gini coefficients of {shown}: 0 where all are alike, towards 1 where few have all. That of the arrivals falls at " +
            $"first, for clients that have not yet arrived count with none.{run.OfEmptySeats}", data, "metrics.csv");
    }

    /// <summary>Before the first arrival there is nothing to be unequal.</summary>
    private static double OfArrivals(EvaluationRow row) => row.Arrival > 0 ? row.ParticipationGini : double.NaN;
}
