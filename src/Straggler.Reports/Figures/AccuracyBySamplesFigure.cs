using System.Collections.Immutable;
using Straggler.Reports.Charts;
using Straggler.Reports.Records;

namespace Straggler.Reports.Figures;

/// <summary>Each client’s accuracy against the number of its training samples.</summary>
internal sealed class AccuracyBySamplesFigure : IFigure
{
    /// <summary>Sample counts that differ by more than this factor are drawn on a logarithmic scale.</summary>
    private const double WideRange = 20;

    /// <inheritdoc/>
    public string Name => "client-accuracy-samples";

    /// <inheritdoc/>
    public Section Section => Section.Clients;

    /// <inheritdoc/>
    public string Title => "Accuracy by client against its training samples";

    /// <inheritdoc/>
    public FigureContent Draw(RunRecords run)
    {
        if (run.Clients is not { } all)
        {
            return FigureContent.Missing("The run has no clients.csv.");
        }

        ClientRow[] clients = [.. all.Where(client => double.IsFinite(client.Accuracy) && client.Samples > 0)];
        if (clients.Length == 0)
        {
            return FigureContent.Missing("No client has both training and test samples.");
        }

        ClientRow[] shown = [.. Sampling.Indices(clients.Length, Sampling.MostDots).Select(index => clients[index])];
        bool logarithmic = shown.Max(client => client.Samples) > WideRange * shown.Min(client => client.Samples);
        Scale samples = logarithmic
            ? LogScale.Around(shown.Select(client => client.Samples))
            : LinearScale.Exact(0, 1.04 * shown.Max(client => client.Samples)) with { Whole = true };
        Chart chart = new(
            Title,
            new(logarithmic ? "training samples of the client (log scale)" : "training samples of the client", samples),
            new("accuracy on the client’s test samples", LinearScale.Fraction),
            [new DotMark("client", Ink.Blue, [.. shown.Select(client => new Point(client.Samples, client.Accuracy))])]);
        DataTable data = new(
            ["client", "samples", "accuracy"],
            [.. shown.Select<ClientRow, ImmutableArray<double>>(client => [client.Client, client.Samples, client.Accuracy])]);
        string thinned = shown.Length == clients.Length ? "" : $" Shown: {NumberText.Count(shown.Length)} of {NumberText.Count(clients.Length)}.";
        return new(chart, $"One point per client. Are clients with little data served worse?{thinned}", data, "clients.csv");
    }
}
