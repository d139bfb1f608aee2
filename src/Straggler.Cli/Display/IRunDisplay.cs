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

/// <summary>Plain lines, one for each evaluation: for files, pipes and CI logs.</summary>
internal sealed class LineDisplay(TextWriter output) : IRunDisplay
{
    /// <inheritdoc/>
    public void Stage(string what) => output.WriteLine(what);

    /// <inheritdoc/>
    public async Task ShowAsync(RunProgress progress, Task run)
    {
        progress.Evaluated += snapshot => output.WriteLine(ProgressText.Line(snapshot));
        await run.ConfigureAwait(false);
    }
}
