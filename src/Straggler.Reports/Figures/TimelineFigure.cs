using System.Collections.Immutable;
using System.Globalization;
using Straggler.Recording;
using Straggler.Reports.Charts;
using Straggler.Reports.Records;

namespace Straggler.Reports.Figures;

/// <summary>The tasks of some clients from dispatch to arrival, coloured by the staleness of their updates.</summary>
internal sealed class TimelineFigure : IFigure
{
    /// <summary>Half the height that a row's tasks take of it.</summary>
    private const double HalfHeight = 0.4;

    /// <summary>Most tasks of a client at once that are drawn beside each other.</summary>
    private const int MostLanes = 4;

    /// <summary>Space between tasks that follow each other at once, as a share of the whole width.</summary>
    private const double Gap = 0.0015;

    private static readonly (Func<UpdateRecord, bool> Holds, string Name, Ink Ink, double Height)[] _special =
    [
        (row => !IsOut(row) && !row.Outcome.IsLoss() && row.Outcome != UpdateOutcome.Applied, "refused", Ink.Vermillion, 1),
        (row => row.Outcome.IsLoss(), "lost", Ink.Black, 0.35),
        (IsOut, "still out at the end", Ink.Grey, 0.7),
    ];

    /// <inheritdoc/>
    public string Name => "timeline";

    /// <inheritdoc/>
    public Section Section => Section.Staleness;

    /// <inheritdoc/>
    public string Title => "Client timeline: tasks from dispatch to arrival";

    /// <inheritdoc/>
    public FigureContent Draw(RunRecords run)
    {
        if (run.Updates is not { } updates)
        {
            return FigureContent.Missing(StalenessHistogramFigure.NotRecorded);
        }

        // The fastest client on top.
        KeyValuePair<int, List<UpdateRecord>>[] clients = [.. updates.Tasks.Clients.OrderBy(pair => MeanDuration(pair.Value)).ThenBy(pair => pair.Key)];
        double last = clients.SelectMany(client => client.Value).Where(task => !IsOut(task)).Select(task => task.VirtualTime).DefaultIfEmpty(double.NaN).Max();
        if (double.IsNaN(last))
        {
            return FigureContent.Missing("No task ended in this run.");
        }

        double over = run.Summary?.Number("virtual_time") is { } recorded && recorded > last ? recorded : last;
        double end = double.IsFinite(updates.Tasks.Until) ? Math.Min(updates.Tasks.Until, last) : over;
        Task[] tasks = [.. clients.SelectMany((client, row) => Lanes(client.Value, BoxRows.Height(row, clients.Length)))];
        Chart chart = new(
            Title,
            new("virtual time (s)", LinearScale.Exact(0, end)),
            BoxRows.Axis("client", clients.Select(client => client.Key.ToString(CultureInfo.InvariantCulture))),
            [.. Marks(tasks, end)])
        {
            Broad = true,
            Stretch = Chart.StretchFor(clients.Length),
        };
        DataTable data = new(
            ["outcome", "client", "dispatch_virtual_time", "virtual_time", "staleness"],
            [.. tasks.Select<Task, ImmutableArray<double>>(task => [task.Row.Client, task.Row.DispatchVirtualTime, IsOut(task.Row) ? double.NaN : task.Row.VirtualTime, IsOut(task.Row) ? double.NaN : task.Row.Staleness])])
        {
            Words = [.. tasks.Select(task => IsOut(task.Row) ? "in_flight" : task.Row.Outcome.Word())],
        };
        return new(chart, Caption(updates, clients.Length, tasks, end), data, updates.FileName);
    }

    private static bool IsOut(UpdateRecord task) => double.IsPositiveInfinity(task.VirtualTime);

    /// <summary>Of the tasks that ended; infinite where none did.</summary>
    private static double MeanDuration(List<UpdateRecord> tasks) =>
        tasks.Where(task => !IsOut(task)).Select(task => task.VirtualTime - task.DispatchVirtualTime).DefaultIfEmpty(double.PositiveInfinity).Average();

    private static IEnumerable<Mark> Marks(Task[] tasks, double end)
    {
        Task[] applied = [.. tasks.Where(task => task.Row.Outcome == UpdateOutcome.Applied && !IsOut(task.Row))];
        foreach (Shade shade in applied.Length == 0 ? [] : Shades.Classes([.. applied.Select(task => (double)task.Row.Staleness)], zero: true))
        {
            yield return Bars($"τ {shade.Name}", Ink.Blue, shade.Strength, 1, [.. applied.Where(task => shade.Holds(task.Row.Staleness))], end);
        }

        foreach ((Func<UpdateRecord, bool> holds, string name, Ink ink, double height) in _special)
        {
            if (tasks.Where(task => holds(task.Row)).ToArray() is { Length: > 0 } some)
            {
                yield return Bars(name, ink, 1, height, some, end);
            }
        }
    }

    private static BarMark Bars(string name, Ink ink, double strength, double height, Task[] tasks, double end) =>
        new(name, ink, [.. tasks.Select(task => BarOf(task, height, end))], strength) { Tips = [.. tasks.Select(Tip)] };

    private static Bar BarOf(Task task, double height, double end)
    {
        double from = task.Row.DispatchVirtualTime, to = Math.Min(task.Row.VirtualTime, end);
        double width = Math.Max(0, to - from - Math.Min(Gap * end, 0.2 * (to - from)));
        return new(from + (width / 2), width, task.Middle - (task.HalfHeight * height), task.Middle + (task.HalfHeight * height));
    }

    private static string Tip(Task task)
    {
        UpdateRecord row = task.Row;
        if (IsOut(row))
        {
            return $"client {row.Client}: dispatch at {NumberText.Seconds(row.DispatchVirtualTime)}, still out at the end";
        }

        string end = row.Outcome.IsLoss() ? $"{row.Outcome.Word()} at" : "arrival at";
        string staleness = row.Outcome.IsLoss() ? "" : $", staleness {NumberText.Count(row.Staleness)}{(row.Outcome == UpdateOutcome.Applied ? "" : $", {row.Outcome.Word()}")}";
        return $"client {row.Client}: dispatch at {NumberText.Seconds(row.DispatchVirtualTime)}, {end} {NumberText.Seconds(row.VirtualTime)}{staleness}";
    }

    /// <summary>Tasks that a client has at the same time share the height of its row.</summary>
    private static IEnumerable<Task> Lanes(List<UpdateRecord> rows, double middle)
    {
        List<double> free = [];
        List<(UpdateRecord Row, int Lane)> placed = [];
        foreach (UpdateRecord row in rows.OrderBy(row => row.DispatchVirtualTime).ThenBy(row => row.VirtualTime))
        {
            int lane = free.FindIndex(end => end <= row.DispatchVirtualTime);
            lane = lane >= 0 ? lane : free.Count < MostLanes ? free.Count : free.IndexOf(free.Min());
            if (lane == free.Count)
            {
                free.Add(0);
            }

            free[lane] = row.VirtualTime;
            placed.Add((row, lane));
        }

        double half = HalfHeight / free.Count;
        return placed.Select(task => new Task(task.Row, middle + HalfHeight - (half * ((2 * task.Lane) + 1)), half));
    }

    private static string Caption(UpdateStatistics updates, int clients, Task[] tasks, double end)
    {
        TaskWindow window = updates.Tasks;
        string which = window.IsPartial ? $"{NumberText.Count(clients)} clients, drawn by a hash of their numbers" : $"All {NumberText.Count(clients)} clients";
        string when = double.IsFinite(window.Until) ? $"; the tasks dispatched in the first {NumberText.Seconds(end)}" : "";
        return $"{which}, the fastest on top{when}: {NumberText.Count(tasks.Length, "task")}. The stronger the blue, the staler the update was on arrival. A lost task ends when the " +
            "server noticed. Gaps are time without a task" + (updates.KnowsOutstanding ? "." : "; what was still out at the end of the run is not known.");
    }

    private readonly record struct Task(UpdateRecord Row, double Middle, double HalfHeight);
}
