namespace Straggler.Lab.Running;

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
