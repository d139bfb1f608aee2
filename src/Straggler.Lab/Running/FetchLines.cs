using System.Globalization;
using Straggler.Torch.Datasets;

namespace Straggler.Lab.Running;

/// <summary>Says how far a download is: one line for every tenth of it, so that a log stays readable.</summary>
/// <param name="write">Writes a line.</param>
internal sealed class FetchLines(Action<string> write) : IProgress<FetchProgress>
{
    private readonly Lock _lock = new();
    private long _tenths = -1;

    /// <inheritdoc/>
    public void Report(FetchProgress value)
    {
        lock (_lock)
        {
            long tenths = 10 * value.Bytes / Math.Max(1, value.TotalBytes);
            if (tenths != _tenths)
            {
                _tenths = tenths;
                write(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{value.Dataset}: {value.Bytes / 1e6:F1} of {value.TotalBytes / 1e6:F1} MB ({value.File})"));
            }
        }
    }
}
