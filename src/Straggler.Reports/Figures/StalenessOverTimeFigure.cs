using System.Collections.Immutable;
using Straggler.Reports.Charts;
using Straggler.Reports.Records;

namespace Straggler.Reports.Figures;

/// <summary>Mean and largest staleness along virtual time.</summary>
internal sealed class StalenessOverTimeFigure : IFigure
{
    /// <inheritdoc/>
    public string Name => "staleness-virtual-time";

    /// <inheritdoc/>
    public Section Section => Section.Staleness;

    /// <inheritdoc/>
    public string Title => "Staleness over virtual time";

    /// <inheritdoc/>
    public FigureContent Draw(RunRecords run)
    {
        if (run.Updates is not { } updates)
        {
            return FigureContent.Missing(StalenessHistogramFigure.NotRecorded);
        }

        (double Middle, long Count, double Mean, double Maximum)[] bins = [.. updates.OverTime.Bins];
        if (bins.Length == 0)
        {
            return FigureContent.Missing("No update arrived in this run.");
        }

        Chart chart = new(
            Title,
            new("virtual time (s)", LinearScale.Along(bins[^1].Middle + (updates.OverTime.Width / 2))),
            new("staleness τ (server versions)", LinearScale.FromZero(bins.Select(bin => bin.Maximum))),
            [
                new LineMark("largest", Ink.Vermillion, [.. bins.Select(bin => new Point(bin.Middle, bin.Maximum))]),
                new LineMark("mean", Ink.Blue, [.. bins.Select(bin => new Point(bin.Middle, bin.Mean))]),
            ]);
        DataTable data = new(
            ["virtual_time", "arrivals", "mean_staleness", "max_staleness"],
            [.. bins.Select<(double, long, double, double), ImmutableArray<double>>(bin => [bin.Item1, bin.Item2, bin.Item3, bin.Item4])]);
        string width = NumberText.Exact(updates.OverTime.Width) + "\u00A0s";
        return new(chart, $"Mean and largest staleness of the updates that arrived in each stretch of {width} of virtual time.", data, updates.FileName);
    }
}
