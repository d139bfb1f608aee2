using System.Collections.Immutable;
using Straggler.Reports.Charts;
using Straggler.Reports.Records;

namespace Straggler.Reports.Figures;

/// <summary>The final model's accuracy on each client’s own test samples, from the worst served client to the best.</summary>
internal sealed class ClientAccuracyFigure : IFigure
{
    /// <inheritdoc/>
    public string Name => "client-accuracy";

    /// <inheritdoc/>
    public Section Section => Section.Clients;

    /// <inheritdoc/>
    public string Title => "Accuracy by client, from worst to best";

    /// <inheritdoc/>
    public FigureContent Draw(RunRecords run)
    {
        if (run.Clients is not { } all)
        {
            return FigureContent.Missing("The run has no clients.csv.");
        }

        ClientRow[] clients = [.. all.Where(client => double.IsFinite(client.Accuracy)).OrderBy(client => client.Accuracy)];
        if (clients.Length == 0)
        {
            return FigureContent.Missing("No client has test samples, so no accuracy by client was measured.");
        }

        int[] shown = [.. Sampling.Indices(clients.Length, Sampling.MostPoints)];
        double mean = clients.Average(client => client.Accuracy);
        Chart chart = new(
            Title,
            new("clients (share, worst served first)", LinearScale.Along(1) with { Percent = true }),
            new("accuracy on the client’s test samples", LinearScale.Fraction),
            [
                new LevelMark($"mean {NumberText.Percent(mean)}", Ink.Grey, mean),
                new LineMark("each client", Ink.Blue, [.. shown.Select(rank => new Point(Share(rank, clients.Length), clients[rank].Accuracy))]),
            ]);
        DataTable data = new(
            ["rank", "client", "accuracy"],
            [.. shown.Select<int, ImmutableArray<double>>(rank => [rank + 1, clients[rank].Client, clients[rank].Accuracy])]);
        return new(chart, Caption(clients, all.Length), data, "clients.csv");
    }

    private static double Share(int rank, int count) => (rank + 0.5) / count;

    private static string Caption(ClientRow[] clients, int all)
    {
        string without = all == clients.Length ? "" : $" {NumberText.Count(all - clients.Length, "client")} without test samples left out.";
        return "The final model measured on each client’s own test samples. A flat curve means that all clients are served alike. From " +
            $"{NumberText.Percent(clients[0].Accuracy)} to {NumberText.Percent(clients[^1].Accuracy)}, " +
            $"median {NumberText.Percent(clients[clients.Length / 2].Accuracy)}.{without}";
    }
}
