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

    /// <summary>The height of transfers, as a share of that of trainings.</summary>
    private const double TransferHeight = 0.3;

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
            ["outcome", "client", "dispatch_virtual_time", "virtual_time", "staleness", "download_time", "compute_time", "upload_time"],
            [.. tasks.Select(task => Cells(task.Row))])
        {
            Words = [.. tasks.Select(task => IsOut(task.Row) ? "in_flight" : task.Row.Outcome.Word())],
        };
        return new(chart, Caption(updates, clients.Length, tasks, end), data, updates.FileName);
    }

    private static ImmutableArray<double> Cells(in UpdateRecord row) =>
    [
        row.Client, row.DispatchVirtualTime, IsOut(row) ? double.NaN : row.VirtualTime, IsOut(row) ? double.NaN : row.Staleness,
        row.Parts.Download.Seconds, row.Parts.Compute.Seconds, row.Parts.Upload.Seconds,
    ];

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

    private static BarMark Bars(string name, Ink ink, double strength, double height, Task[] tasks, double end)
    {
        (Bar Bar, string Tip)[] bars = [.. tasks.SelectMany(task => BarsOf(task, height, end).Select(bar => (bar, Tip(task))))];
        return new(name, ink, [.. bars.Select(bar => bar.Bar)], strength) { Tips = [.. bars.Select(bar => bar.Tip)] };
    }

    /// <summary>A bar for the whole task, or one for each of its stages.</summary>
    private static IEnumerable<Bar> BarsOf(Task task, double height, double end)
    {
        double from = task.Row.DispatchVirtualTime, to = Math.Min(task.Row.VirtualTime, end);
        double shown = Math.Max(from, to - Math.Min(Gap * end, 0.2 * (to - from)));
        IReadOnlyList<TaskStage> stages = TaskStage.Of(task.Row);
        foreach (TaskStage stage in stages.Count == 0 ? [new("training", from, to)] : stages)
        {
            double half = task.HalfHeight * (stage.IsTraining ? height : height * TransferHeight), width = Math.Min(stage.To, shown) - stage.From;
            if (width > 0 || stages.Count == 0)
            {
                yield return new(stage.From + (width / 2), width, task.Middle - half, task.Middle + half);
            }
        }
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
        return $"client {row.Client}: dispatch at {NumberText.Seconds(row.DispatchVirtualTime)}, {end} {NumberText.Seconds(row.VirtualTime)}{staleness}"
            + Part("download", row.Parts.Download.Seconds) + Part("training", row.Parts.Compute.Seconds) + Part("upload", row.Parts.Upload.Seconds);
    }

    private static string Part(string name, double seconds) => seconds > 0 ? $", {name} {NumberText.Seconds(seconds)}" : "";

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
        IReadOnlyList<TaskStage>[] staged = [.. tasks.Select(task => TaskStage.Of(task.Row)).Where(stages => stages.Count > 0)];
        string parts = staged.Length == 0 ? "" : "Thick is training, thin is download before it and upload after it"
            + (staged.Any(stages => stages[0].Name == "network") ? "; where only the training's length is known, it stands in the middle. " : ". ");
        return $"{which}, the fastest on top{when}: {NumberText.Count(tasks.Length, "task")}. {parts}The stronger the blue, the staler the update was on arrival. A lost task ends when the " +
            "server noticed. Gaps are time without a task" + (updates.KnowsOutstanding ? "." : "; what was still out at the end of the run is not known.");
    }

    private readonly record struct Task(UpdateRecord Row, double Middle, double HalfHeight);
}
