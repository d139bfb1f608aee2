using System.Collections.Immutable;
using Straggler.Reports.Charts;
using Straggler.Reports.Records;

namespace Straggler.Reports.Figures;

/// <summary>Arrivals of each client, the busiest first.</summary>
internal sealed class ParticipationFigure : IFigure
{
    /// <summary>Above this many clients the bars become a curve.</summary>
    private const int MostBars = 150;

    /// <inheritdoc/>
    public string Name => "participation";

    /// <inheritdoc/>
    public Section Section => Section.Clients;

    /// <inheritdoc/>
    public string Title => "Arrivals by client, busiest first";

    /// <inheritdoc/>
    public FigureContent Draw(RunRecords run)
    {
        if (run.Participants is not { Length: > 0 } all)
        {
            return FigureContent.Missing("The run has no clients.csv, or it is empty.");
        }

        ClientRow[] clients = BusiestFirst(all);
        int[] shown = [.. Sampling.Indices(clients.Length, Sampling.MostPoints)];
        double even = clients.Average(client => client.Arrivals);
        Mark mark = clients.Length <= MostBars
            ? new BarMark("each client", Ink.Blue, [.. shown.Select(rank => new Bar(rank + 1, 0.8, 0, clients[rank].Arrivals))])
            : new LineMark("each client", Ink.Blue, [.. shown.Select(rank => new Point(rank + 1, clients[rank].Arrivals))]);
        Chart chart = new(
            Title,
            new("clients (rank by arrivals)", LinearScale.Exact(0.25, clients.Length + 0.75) with { Whole = true }),
            new("arrivals", LinearScale.FromZero(clients.Select(client => client.Arrivals)) with { Whole = true }),
            [mark, new LevelMark($"even share {NumberText.Measure(even)}", Ink.Vermillion, even)]);
        DataTable data = new(
            ["rank", "client", "arrivals", "mean_staleness"],
            [.. shown.Select<int, ImmutableArray<double>>(rank => [rank + 1, clients[rank].Client, clients[rank].Arrivals, clients[rank].MeanStaleness])]);
        return new(chart, Caption(run, clients), data, "clients.csv");
    }

    /// <summary>Sorted by arrivals; equally busy clients stay in order, for their place is in the key. Plain numbers sort a million quickly.</summary>
    private static ClientRow[] BusiestFirst(ImmutableArray<ClientRow> clients)
    {
        long[] keys = [.. clients.Select((client, place) => ((long)-client.Arrivals << 32) + place)];
        ClientRow[] sorted = [.. clients];
        Array.Sort(keys, sorted);
        return sorted;
    }

    private static string Caption(RunRecords run, ClientRow[] clients)
    {
        int silent = clients.Count(client => client.Arrivals == 0);
        string rarest = silent > 0
            ? $"{NumberText.Count(silent, "client")} never arrived"
            : $"the rarest client arrived {NumberText.Count(clients[^1].Arrivals, "time")}";
        return "How often each client’s update reached the server, against an even share. The busiest client arrived " +
            $"{NumberText.Count(clients[0].Arrivals, "time")}; {rarest}.{run.OfEmptySeats}";
    }
}
