namespace Straggler.Flower.Client;

/// <summary>How long to wait after failures: twice as long after each, up to a limit, and less by chance, so that clients do not come all at once.</summary>
/// <param name="first">Longest wait after the first failure.</param>
/// <param name="longest">Longest wait of all.</param>
internal sealed class BackOff(TimeSpan first, TimeSpan longest)
{
    private const int MostDoublings = 30;

    /// <summary>The wait.</summary>
    /// <param name="failures">Failures in a row, from 1.</param>
    /// <param name="chance">A draw from [0, 1).</param>
    /// <returns>Between half and the whole of first · 2^(failures − 1).</returns>
    public TimeSpan After(int failures, double chance)
    {
        double most = Math.Min(longest.TotalSeconds, first.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, MostDoublings)));
        return TimeSpan.FromSeconds(most * (1 - (chance / 2)));
    }
}
