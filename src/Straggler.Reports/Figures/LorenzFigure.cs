using System.Collections.Immutable;
using Straggler.Metrics;
using Straggler.Reports.Charts;
using Straggler.Reports.Records;

namespace Straggler.Reports.Figures;

/// <summary>The Lorenz curves of participation and contribution.</summary>
internal sealed class LorenzFigure : IFigure
{
    /// <inheritdoc/>
    public string Name => "participation-lorenz";

    /// <inheritdoc/>
    public Section Section => Section.Clients;

    /// <inheritdoc/>
    public string Title => "Participation and contribution by share of clients";

    /// <inheritdoc/>
    public FigureContent Draw(RunRecords run)
    {
        if (run.Participants is not { Length: > 0 } clients || clients.Sum(client => client.Arrivals) is not (> 0 and var total))
        {
            return FigureContent.Missing("No arrivals are recorded in clients.csv.");
        }

        Point[] arrivals = [.. Curve([.. clients.Select(client => client.Arrivals)], total)];
        double[] weights = [.. clients.Select(client => run.Updates?.Clients.WeightOf((long)client.Client) ?? 0)];
        double sum = weights.Sum();
        Point[] contribution = sum > 0 && weights.All(weight => weight >= 0) ? [.. Curve(weights, sum)] : [];
        LinearScale share = LinearScale.Along(1) with { Percent = true };
        Chart chart = new(
            Title,
            new("clients (share, rarest first)", share),
            new(contribution.Length > 0 ? "arrivals, weights (share)" : "arrivals (share)", share),
            [.. Marks(arrivals, contribution)]);
        DataTable data = new(
            contribution.Length > 0 ? ["client_share", "arrival_share", "weight_share"] : ["client_share", "arrival_share"],
            [.. arrivals.Select<Point, ImmutableArray<double>>((point, index) => contribution.Length > 0 ? [point.X, point.Y, contribution[index].Y] : [point.X, point.Y])]);
        return new(chart, Caption(run, weights, contribution.Length > 0), data, "clients.csv");
    }

    private static IEnumerable<Mark> Marks(Point[] arrivals, Point[] contribution)
    {
        yield return new LineMark("all alike", Ink.Grey, [new(0, 0), new(1, 1)], Dashed: true);
        yield return new LineMark("arrivals", Ink.Blue, [.. arrivals]);
        if (contribution.Length > 0)
        {
            yield return new LineMark("weights of the updates", Ink.Vermillion, [.. contribution]);
        }
    }

    private static string Caption(RunRecords run, double[] weights, bool contribution)
    {
        double gini = run.Summary?.Number("participation.gini") ?? double.NaN;
        string coefficient = double.IsFinite(gini) ? $" Gini coefficient of the arrivals: {NumberText.Measure(gini)}." : "";
        string weighed = contribution
            ? $" The clients’ contributions are the weights that the strategy gave their updates, summed; Gini coefficient: {NumberText.Measure(Statistics.Gini(weights))}."
            : "";
        return "The part of all arrivals that the least active clients contributed. The further the curve sags below the " +
            $"diagonal, the more a few fast clients dominate.{coefficient}{weighed}{run.OfEmptySeats}";
    }

    private static IEnumerable<Point> Curve(double[] values, double total)
    {
        double[] sorted = [.. values];
        Array.Sort(sorted);
        HashSet<int> shown = [.. Sampling.Indices(sorted.Length, Sampling.MostPoints)];
        double sum = 0;
        yield return new(0, 0);
        for (int index = 0; index < sorted.Length; index++)
        {
            sum += sorted[index];
            if (shown.Contains(index))
            {
                yield return new((index + 1.0) / sorted.Length, sum / total);
            }
        }
    }
}
