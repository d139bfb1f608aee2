namespace Straggler.Reports;

/// <summary>A run directory that no report can be made from, or a report that cannot be written.</summary>
/// <remarks>The message names the file, and the line where there is one; it is fit to be shown to the user as it is.</remarks>
public sealed class ReportException : Exception
{
    /// <summary>Says what is wrong.</summary>
    /// <param name="message">Where, what, and what is expected.</param>
    public ReportException(string message)
        : base(message)
    {
    }

    /// <summary>Says what is wrong and what lies behind it.</summary>
    /// <param name="message">Where, what, and what is expected.</param>
    /// <param name="inner">The cause.</param>
    public ReportException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
