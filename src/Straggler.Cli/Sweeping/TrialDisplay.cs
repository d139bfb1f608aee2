using Straggler.Lab.Running;

namespace Straggler.Cli.Sweeping;

/// <summary>Follows one trial for a display of many. Written by the trial's thread, read by the display's.</summary>
internal sealed class TrialDisplay : IRunDisplay
{
    private volatile RunProgress? _progress;

    /// <summary>Where the trial stands; null before its first arrival.</summary>
    public ProgressSnapshot? Snapshot => _progress?.Snapshot();

    /// <inheritdoc/>
    public void Stage(string what)
    {
    }

    /// <inheritdoc/>
    public Task ShowAsync(RunProgress progress, Task run)
    {
        _progress = progress;
        return run;
    }
}
