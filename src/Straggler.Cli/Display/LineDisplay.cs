using Straggler.Lab.Running;

namespace Straggler.Cli.Display;

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
