using System.Collections.Immutable;
using Straggler.Reports.Charts;
using Straggler.Reports.Records;

namespace Straggler.Reports.Figures;

/// <summary>The Lorenz curve of participation.</summary>
internal sealed class LorenzFigure : IFigure
{
    /// <inheritdoc/>
    public string Name => "participation-lorenz";

    /// <inheritdoc/>
    public Section Section => Section.Clients;

    /// <inheritdoc/>
    public string Title => "Share of arrivals by share of clients";

    /// <inheritdoc/>
    public FigureContent Draw(RunRecords run)
    {
        if (run.Clients is not { Length: > 0 } clients || clients.Sum(client => client.Arrivals) is not (> 0 and var total))
        {
            return FigureContent.Missing("No arrivals are recorded in clients.csv.");
        }

        double[] arrivals = [.. clients.Select(client => client.Arrivals)];
        Array.Sort(arrivals);
        Point[] curve = [.. Curve(arrivals, total)];
        LinearScale share = LinearScale.Along(1) with { Percent = true };
        Chart chart = new(
            Title,
            new("clients (share, rarest first)", share),
            new("arrivals (share)", share),
            [
                new LineMark("even participation", Ink.Grey, [new(0, 0), new(1, 1)], Dashed: true),
                new LineMark("this run", Ink.Blue, [.. curve]),
            ]);
        DataTable data = new(["client_share", "arrival_share"], [.. curve.Select<Point, ImmutableArray<double>>(point => [point.X, point.Y])]);
        double gini = run.Summary?.Number("participation.gini") ?? double.NaN;
        string coefficient = double.IsFinite(gini) ? $" Gini coefficient: {NumberText.Measure(gini)}." : "";
        return new(chart, "The part of all arrivals that the least active clients contributed. The further the curve sags below the " +
            $"diagonal, the more a few fast clients dominate.{coefficient}", data, "clients.csv");
    }

    private static IEnumerable<Point> Curve(double[] arrivals, double total)
    {
        HashSet<int> shown = [.. Sampling.Indices(arrivals.Length, Sampling.MostPoints)];
        double sum = 0;
        yield return new(0, 0);
        for (int index = 0; index < arrivals.Length; index++)
        {
            sum += arrivals[index];
            if (shown.Contains(index))
            {
                yield return new((index + 1.0) / arrivals.Length, sum / total);
            }
        }
    }
}
