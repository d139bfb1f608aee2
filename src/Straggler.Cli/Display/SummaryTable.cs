using System.Globalization;
using Spectre.Console;
using Straggler.Recording;

namespace Straggler.Cli.Display;

/// <summary>The few numbers that a user wants to see when a run has ended.</summary>
internal static class SummaryTable
{
    /// <summary>Writes the table.</summary>
    public static void Write(IAnsiConsole console, RunSummary summary, string directory)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(summary);
        Table table = new Table().Border(TableBorder.None).HideHeaders().AddColumn("what").AddColumn("value");
        Row(table, "stopped by", summary.StopReason);
        bool trained = !double.IsNaN(summary.Final.Accuracy);
        if (trained)
        {
            Row(table, "accuracy", $"{ProgressText.Percent(summary.Final.Accuracy)} at the end, {ProgressText.Percent(summary.BestAccuracy)} at best");
        }

        if (!double.IsNaN(summary.Final.Loss))
        {
            Row(table, "loss", Number(summary.Final.Loss));
        }

        if (summary.Final.EvaluatingClients is { } evaluating)
        {
            Row(table, "evaluated by", evaluating switch { 0 => "nobody", 1 => "1 client", _ => FormattableString.Invariant($"{evaluating} clients") });
        }

        string seconds = summary.Clock is null ? "virtual seconds" : "seconds";
        Row(table, "arrivals", FormattableString.Invariant($"{summary.Arrivals} in {Number(summary.VirtualTime)} {seconds}, {summary.Refused} refused"));
        if (summary.Wasted.Tasks > 0)
        {
            Row(table, "lost", FormattableString.Invariant($"{summary.Wasted.Tasks} tasks, {Number(summary.Wasted.VirtualSeconds)} {seconds}"));
        }

        Row(table, "server steps", summary.ServerSteps.ToString(CultureInfo.InvariantCulture));
        Row(table, "staleness", $"{Number(summary.Staleness.Mean)} on average, {Number(summary.Staleness.P90)} p90, {Number(summary.Staleness.Max)} max");
        foreach (TargetSummary target in trained ? summary.Targets : [])
        {
            Row(table, $"{ProgressText.Percent(target.Accuracy)} reached", target.Reached
                ? FormattableString.Invariant($"at arrival {target.Arrivals}, {Number(target.VirtualTime!.Value)} {seconds}") : "not");
        }

        Row(table, "wall time", FormattableString.Invariant($"{summary.WallSeconds:F1} s, {summary.GradientSteps} gradient steps, {summary.Workers} workers"));
        Row(table, "results", directory);
        console.Write(table);
    }

    private static void Row(Table table, string name, string value) => table.AddRow($"[bold]{Markup.Escape(name)}[/]", Markup.Escape(value));

    private static string Number(double value) => double.IsNaN(value) ? "-" : ProgressText.Number(value);
}
