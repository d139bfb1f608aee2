using System.Collections.Immutable;
using Straggler.Reports.Charts;
using Straggler.Reports.Records;

namespace Straggler.Reports.Figures;

/// <summary>How many updates arrived with each staleness.</summary>
internal sealed class StalenessHistogramFigure : IFigure
{
    /// <summary>Above this many different values neighbours share a bar.</summary>
    private const int MostBars = 50;

    /// <summary>Why figures of single updates are missing.</summary>
    public const string NotRecorded = "The run has neither updates.csv nor updates.parquet (recording.updates was off), so its single updates are not known.";

    /// <inheritdoc/>
    public string Name => "staleness";

    /// <inheritdoc/>
    public Section Section => Section.Staleness;

    /// <inheritdoc/>
    public string Title => "Staleness of the updates on arrival";

    /// <inheritdoc/>
    public FigureContent Draw(RunRecords run)
    {
        if (run.Updates is not { } updates)
        {
            return FigureContent.Missing(NotRecorded);
        }

        if (updates.Count == 0)
        {
            return FigureContent.Missing("No update arrived in this run.");
        }

        long last = (long)updates.Staleness.Max;
        int width = last < MostBars ? 1 : RoundNumbers.WholeStep(last + 1, MostBars);
        ImmutableArray<Bin> bins = Binned(updates, width);
        Chart chart = new(
            Title,
            new("staleness τ (server versions)", LinearScale.Exact(-0.75 * width, ((last / width) + 0.75) * width) with { Whole = true }),
            new("arrivals", LinearScale.FromZero(bins.Select(bin => (double)(bin.Applied + bin.Refused))) with { Whole = true }),
            [.. Marks(updates, bins, width)]);
        DataTable data = new(
            width == 1 ? ["staleness", "applied", "refused"] : ["staleness_from", "applied", "refused"],
            [.. bins.Select<Bin, ImmutableArray<double>>(bin => [bin.From, bin.Applied, bin.Refused])]);
        return new(chart, Caption(updates, width), data, updates.FileName);
    }

    private static IEnumerable<Mark> Marks(UpdateStatistics updates, ImmutableArray<Bin> bins, int width)
    {
        // A bar of several values is centred on their middle.
        double Middle(Bin bin) => bin.From + (0.5 * (width - 1));
        double size = 0.86 * width;
        yield return new BarMark("applied", Ink.Blue, [.. bins.Select(bin => new Bar(Middle(bin), size, 0, bin.Applied))]);
        if (bins.Any(bin => bin.Refused > 0))
        {
            yield return new BarMark("refused", Ink.Vermillion, [.. bins.Where(bin => bin.Refused > 0)
                .Select(bin => new Bar(Middle(bin), size, bin.Applied, bin.Applied + bin.Refused))]);
        }

        (double mean, double high) = (updates.Staleness.Mean, updates.Staleness.Quantile(0.9));
        yield return new PlaceMark($"mean {NumberText.Measure(mean)}", Ink.Black, mean);
        yield return new PlaceMark($"90th percentile {NumberText.Versions(high)}", Ink.Orange, high);
    }

    private static string Caption(UpdateStatistics updates, int width)
    {
        string grouped = width == 1 ? "" : $" Each bar holds {width} neighbouring values.";
        return "Staleness is the number of server steps between the version a client was sent and its arrival. Mean " +
            $"{NumberText.Measure(updates.Staleness.Mean)}, median {NumberText.Versions(updates.Staleness.Quantile(0.5))}, " +
            $"largest {NumberText.Count(updates.Staleness.Max)}.{grouped}";
    }

    private static ImmutableArray<Bin> Binned(UpdateStatistics updates, int width) =>
        [.. from pair in updates.ByStaleness
            group pair.Value by pair.Key / width into bin
            orderby bin.Key
            select new Bin(bin.Key * width, bin.Sum(count => count.Applied), bin.Sum(count => count.Refused))];

    private readonly record struct Bin(long From, long Applied, long Refused);
}
