namespace Straggler.Cli.Display;

/// <summary>Shows a run while it goes on.</summary>
internal interface IRunDisplay
{
    /// <summary>Says what is being done before the first arrival.</summary>
    void Stage(string what);

    /// <summary>Shows the run until it has ended.</summary>
    /// <param name="progress">Where the run stands.</param>
    /// <param name="run">The run.</param>
    Task ShowAsync(RunProgress progress, Task run);
}

/// <summary>Shows nothing.</summary>
internal sealed class NoDisplay : IRunDisplay
{
    /// <inheritdoc/>
    public void Stage(string what)
    {
    }

    /// <inheritdoc/>
    public Task ShowAsync(RunProgress progress, Task run) => run;
}

/// <summary>Plain lines, one for each evaluation but at most one a second: for files, pipes and CI logs.</summary>
/// <param name="output">Takes the lines.</param>
internal sealed class LineDisplay(TextWriter output) : IRunDisplay
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    private TimeSpan? _told;

    /// <inheritdoc/>
    public void Stage(string what) => output.WriteLine(what);

    /// <inheritdoc/>
    public async Task ShowAsync(RunProgress progress, Task run)
    {
        progress.Evaluated += Tell;
        await run.ConfigureAwait(false);
    }

    private void Tell(ProgressSnapshot snapshot)
    {
        if (_told is { } before && snapshot.Elapsed - before < _pause && snapshot.Fraction < 1)
        {
            return;
        }

        _told = snapshot.Elapsed;
        output.WriteLine(ProgressText.Line(snapshot));
    }
}
