using System.Collections.Immutable;
using Straggler.Reports.Charts;
using Straggler.Reports.Records;

namespace Straggler.Reports.Figures;

/// <summary>The staleness of fast, middling and slow clients.</summary>
internal sealed class StalenessBySpeedFigure : IFigure
{
    private static readonly ImmutableArray<string> _names = ["fast third", "middle third", "slow third"];

    /// <inheritdoc/>
    public string Name => "staleness-speed";

    /// <inheritdoc/>
    public Section Section => Section.Staleness;

    /// <inheritdoc/>
    public string Title => "Staleness by the clients’ speed";

    /// <inheritdoc/>
    public FigureContent Draw(RunRecords run)
    {
        if (run.Updates is not { } updates)
        {
            return FigureContent.Missing(StalenessHistogramFigure.NotRecorded);
        }

        ImmutableArray<StalenessBySpeed.SpeedClass> thirds = updates.BySpeed.Thirds();
        if (thirds.IsEmpty)
        {
            return FigureContent.Missing("Fewer than three clients arrived, or all were equally fast.");
        }

        Box[] boxes = [.. thirds.Select((third, place) => new Box(
            third.Quantiles[0], third.Quantiles[1], third.Quantiles[2], third.Quantiles[3], third.Quantiles[4], third.Mean, Tip(third, place)))];
        Chart chart = new(
            Title,
            new("staleness τ (server versions)", LinearScale.WithZero(boxes.SelectMany(box => (double[])[box.High, box.Mean]))),
            BoxRows.Axis("clients by mean task duration", _names),
            [.. BoxRows.Marks(boxes, "10th to 90th percentile", "middle half")]);
        DataTable data = new(
            ["clients_by_speed", "clients", "arrivals", "fastest_mean_duration", "slowest_mean_duration", "mean", "p10", "p25", "p50", "p75", "p90"],
            [.. thirds.Select<StalenessBySpeed.SpeedClass, ImmutableArray<double>>(third =>
                [third.Clients, third.Arrivals, third.Fastest, third.Slowest, third.Mean, .. third.Quantiles])])
        { Words = _names };
        return new(chart, Caption(updates.BySpeed, thirds), data, updates.FileName);
    }

    private static string Tip(StalenessBySpeed.SpeedClass third, int place) =>
        $"{_names[place]}: mean {NumberText.Measure(third.Mean)}, median {NumberText.Versions(third.Quantiles[2])}, 10th to 90th percentile " +
        $"{NumberText.Versions(third.Quantiles[0])} to {NumberText.Versions(third.Quantiles[4])}; {NumberText.Count(third.Arrivals, "arrival")}";

    private static string Caption(StalenessBySpeed speeds, ImmutableArray<StalenessBySpeed.SpeedClass> thirds)
    {
        string sample = speeds.IsPartial ? $" A sample of {NumberText.Count(StalenessBySpeed.MostClients)} clients." : "";
        string steps = thirds.Any(third => third.Quantiles[^1] > StalenessBySpeed.MostExact) ? $" Percentiles above {StalenessBySpeed.MostExact} are rounded." : "";
        return "Clients in thirds by their mean virtual time from dispatch to arrival: up to " +
            $"{NumberText.Seconds(thirds[0].Slowest)}, {NumberText.Seconds(thirds[1].Slowest)} and {NumberText.Seconds(thirds[2].Slowest)}. Slow clients’ updates are " +
            $"overtaken more often. Means: {string.Join(", ", thirds.Select(third => NumberText.Measure(third.Mean)))}.{steps}{sample}";
    }
}
