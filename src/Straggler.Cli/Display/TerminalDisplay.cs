using Spectre.Console;
using Straggler.Lab.Running;

namespace Straggler.Cli.Display;

/// <summary>A panel that is redrawn while the run goes on: for terminals.</summary>
/// <param name="console">The terminal.</param>
/// <param name="clock">Paces the redrawing.</param>
internal sealed class TerminalDisplay(IAnsiConsole console, TimeProvider clock) : IRunDisplay
{
    private static readonly TimeSpan _period = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    public void Stage(string what) => console.MarkupLine($"[grey]{Markup.Escape(what)}[/]");

    /// <inheritdoc/>
    public Task ShowAsync(RunProgress progress, Task run) => console.Live(Draw(progress.Snapshot())).StartAsync(async live =>
    {
        using PeriodicTimer timer = new(_period, clock);
        while (!run.IsCompleted)
        {
            live.UpdateTarget(Draw(progress.Snapshot()));
            await Task.WhenAny(run, timer.WaitForNextTickAsync().AsTask()).ConfigureAwait(false);
        }

        live.UpdateTarget(Draw(progress.Snapshot()));
        await run.ConfigureAwait(false);
    });

    private static Grid Draw(ProgressSnapshot snapshot)
    {
        Grid grid = new Grid().AddColumn().AddColumn();
        grid.AddRow(new Markup("[bold]arrivals[/]"), new Markup($"{Bar(snapshot.Fraction)} {snapshot.Arrivals}/{snapshot.Rounds}"));
        grid.AddRow("virtual time", $"{ProgressText.Number(snapshot.VirtualTime)} s");
        grid.AddRow("accuracy", $"{ProgressText.Accuracy(snapshot)}   loss {ProgressText.Loss(snapshot)}");
        grid.AddRow("staleness", $"{ProgressText.Staleness(snapshot)} on average" + (snapshot.Refused > 0 ? $", {snapshot.Refused} refused" : ""));
        grid.AddRow("time", ProgressText.Time(snapshot));
        return grid;
    }

    private static string Bar(double fraction)
    {
        const int Width = 30;
        int filled = (int)(Width * Math.Clamp(fraction, 0, 1));
        return $"[blue]{new string('━', filled)}[/][grey]{new string('━', Width - filled)}[/]";
    }
}
