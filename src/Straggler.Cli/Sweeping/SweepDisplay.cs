using System.Globalization;
using Spectre.Console;
using Straggler.Cli.Display;
using Straggler.Experiments.Sweeps;

namespace Straggler.Cli.Sweeping;

/// <summary>Shows a sweep while it goes on: a table of the running trials on terminals, a line for each trial elsewhere.</summary>
/// <param name="progress">Where the sweep stands.</param>
/// <param name="quiet">Whether nothing is shown.</param>
internal sealed class SweepDisplay(SweepProgress progress, bool quiet)
{
    private static readonly TimeSpan _period = TimeSpan.FromMilliseconds(250);

    /// <summary>Shows the sweep until it has ended.</summary>
    public Task ShowAsync(Task sweep)
    {
        if (quiet)
        {
            return sweep;
        }

        if (Console.IsErrorRedirected)
        {
            progress.Ended += result => Console.Error.WriteLine($"{Line(result)}; {progress.Line()}");
            return sweep;
        }

        return ShowLiveAsync(AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) }), sweep);
    }

    /// <summary>A trial and what came of it, in a line.</summary>
    public static string Line(TrialResult result) => result switch
    {
        { State: TrialState.Failed } => $"{result.Trial.Name}: failed: {result.Problem}",
        { Summary: { } summary } => string.Create(CultureInfo.InvariantCulture,
            $"{result.Trial.Name}: {result.StateWord}, accuracy {ProgressText.Percent(summary.Final.Accuracy)}, {summary.Arrivals} arrivals in {ProgressText.Number(summary.VirtualTime)} virtual seconds"),
        _ => $"{result.Trial.Name}: {result.StateWord}",
    };

    private async Task ShowLiveAsync(IAnsiConsole console, Task sweep) => await console.Live(Draw()).AutoClear(true).StartAsync(async live =>
    {
        using PeriodicTimer timer = new(_period, TimeProvider.System);
        while (!sweep.IsCompleted)
        {
            live.UpdateTarget(Draw());
            await Task.WhenAny(sweep, timer.WaitForNextTickAsync().AsTask()).ConfigureAwait(false);
        }

        await sweep.ConfigureAwait(false);
    }).ConfigureAwait(false);

    /// <summary>The running trials, and under them where the whole stands: not as a caption, which would break into lines as narrow as the table.</summary>
    private Rows Draw()
    {
        Table table = new Table().Border(TableBorder.None).AddColumn("trial").AddColumn("arrivals").AddColumn("accuracy").AddColumn("time");
        foreach ((Trial trial, TrialDisplay display) in progress.Running)
        {
            if (display.Snapshot is { } now)
            {
                table.AddRow(Markup.Escape(trial.Name), Invariant($"{now.Arrivals}/{now.Rounds}"), ProgressText.Accuracy(now), ProgressText.Time(now));
            }
            else
            {
                table.AddRow(Markup.Escape(trial.Name), "", "", "");
            }
        }

        return progress.Running.Any() ? new(table, new Text(progress.Line())) : new(new Text(progress.Line()));
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
