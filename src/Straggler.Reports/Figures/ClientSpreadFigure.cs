using System.Collections.Immutable;
using Straggler.Reports.Charts;
using Straggler.Reports.Records;

namespace Straggler.Reports.Figures;

/// <summary>The accuracy of the worst- and best-served clients along the run.</summary>
internal sealed class ClientSpreadFigure : IFigure
{
    /// <inheritdoc/>
    public string Name => "client-spread-virtual-time";

    /// <inheritdoc/>
    public Section Section => Section.Clients;

    /// <inheritdoc/>
    public string Title => "Best- and worst-served clients over virtual time";

    /// <inheritdoc/>
    public FigureContent Draw(RunRecords run)
    {
        if (run.Evaluations is not { } rows || !rows.Any(row => double.IsFinite(row.WorstTenth) || double.IsFinite(row.BestTenth)))
        {
            return FigureContent.Missing("The accuracy of single clients was not measured during this run.");
        }

        Progress progress = Progress.VirtualTime;
        Chart chart = new(
            Title,
            progress.AxisFor(rows),
            new("accuracy on the clients’ test samples", LinearScale.Fraction),
            [
                new LineMark("best tenth", Ink.Green, progress.Curve(rows, row => row.BestTenth)),
                new LineMark(run.IsEvaluatedByClients ? "mean by samples" : "whole test set", Ink.Blue, progress.Curve(rows, row => row.Accuracy)),
                new LineMark("worst tenth", Ink.Vermillion, progress.Curve(rows, row => row.WorstTenth)),
            ]);
        DataTable data = new(
            ["virtual_time", "best_tenth", "accuracy", "worst_tenth"],
            [.. rows.Select<EvaluationRow, ImmutableArray<double>>(row => [row.VirtualTime, row.BestTenth, row.Accuracy, row.WorstTenth])]);
        return new(chart, "Mean accuracy of the tenth of the clients that the server’s model serves best and worst, each on its own test " +
            "samples. A gap that stays open means that the model suits some clients at the expense of others.", data, "metrics.csv");
    }
}
