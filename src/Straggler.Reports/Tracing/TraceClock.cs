namespace Straggler.Reports.Tracing;

/// <summary>Virtual seconds as the timestamps of a trace.</summary>
internal static class TraceClock
{
    private const double MostSeconds = 9e9;

    /// <summary>Whole nanoseconds, so that a task that starts where another ends does so exactly.</summary>
    /// <exception cref="ReportException">The time is beyond what a trace can hold.</exception>
    public static long Nanoseconds(double seconds) => Math.Abs(seconds) <= MostSeconds
        ? (long)Math.Round(seconds * 1e9)
        : throw new ReportException(FormattableString.Invariant($"{seconds} virtual seconds are more than a trace can hold ({MostSeconds:0} s)."));

    /// <summary>A trace's unit.</summary>
    public static decimal Microseconds(long nanoseconds) => nanoseconds / 1000m;
}
