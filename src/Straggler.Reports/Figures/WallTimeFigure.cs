using System.Collections.Immutable;
using Straggler.Reports.Charts;
using Straggler.Reports.Records;

namespace Straggler.Reports.Figures;

/// <summary>Where the wall time of the simulation went.</summary>
internal sealed class WallTimeFigure : IFigure
{
    private static readonly (int Row, string Key, string Name, Ink Ink, double Shade)[] _parts =
    [
        (0, "training_seconds", "training", Ink.Blue, 1),
        (0, "evaluation_seconds", "evaluation", Ink.Green, 1),
        (0, "profile.idle_seconds", "idle", Ink.Grey, 0.35),
        (1, "profile.training_wait_seconds", "waiting for training", Ink.Blue, 0.45),
        (1, "profile.evaluation_wait_seconds", "waiting for evaluation", Ink.Green, 0.45),
        (1, "profile.aggregation_seconds", "aggregation", Ink.Orange, 1),
        (1, "profile.other_seconds", "dispatches and records", Ink.Vermillion, 1),
    ];

    /// <inheritdoc/>
    public string Name => "wall-time";

    /// <inheritdoc/>
    public Section Section => Section.Simulation;

    /// <inheritdoc/>
    public string Title => "Where the wall time went";

    /// <inheritdoc/>
    public FigureContent Draw(RunRecords run)
    {
        double[] seconds = [.. _parts.Select(part => run.Summary?.Number(part.Key) ?? double.NaN)];
        double Total(int row) => _parts.Index().Where(part => part.Item.Row == row).Sum(part => seconds[part.Index]);
        if (!(Total(0) > 0) || !(Total(1) > 0))
        {
            return FigureContent.Missing("The parts of the wall time were not measured in this run: nothing was trained, or summary.json has no profile.");
        }

        double workers = run.Summary!.Number("workers");
        string[] rows = [workers == 1 ? "worker" : $"{NumberText.Count(workers)} workers", "event loop"];
        Chart chart = new(
            Title,
            new("share of the wall time", LinearScale.Along(1) with { Percent = true }),
            BoxRows.Axis("threads", rows),
            [.. Bars(seconds, Total)]);
        DataTable data = new(["part", "seconds"], [.. seconds.Select<double, ImmutableArray<double>>(value => [value])])
        {
            Words = [.. _parts.Select(part => $"{(part.Row == 0 ? "workers" : "loop")}: {part.Name}")],
        };
        return new(chart, $"The event loop worked or waited for {NumberText.Duration(Total(1))} of wall time; workers trained for {Share(seconds[0] / Total(0))} of " +
            $"theirs. Idle workers mean too few tasks in flight, or arrivals that are due too far apart. Differs between repetitions.", data, "summary.json");
    }

    private static string Share(double share) => NumberText.Percent(share);

    private static IEnumerable<Mark> Bars(double[] seconds, Func<int, double> total)
    {
        double[] begin = [0, 0];
        for (int place = 0; place < _parts.Length; place++)
        {
            (int row, _, string name, Ink ink, double shade) = _parts[place];
            double share = seconds[place] / total(row), height = BoxRows.Height(row, 2);
            Bar bar = new(begin[row] + (share / 2), share, height - 0.3, height + 0.3);
            begin[row] += share;
            yield return new BarMark(name, ink, [bar], shade) { Tips = [$"{name}: {NumberText.Duration(seconds[place])}, {NumberText.Percent(share)}"] };
        }
    }
}
