using System.Globalization;
using Straggler.Lab.Running;

namespace Straggler.Cli.Display;

/// <summary>Words and numbers of the progress displays.</summary>
internal static class ProgressText
{
    /// <summary>One line: <c>arrivals 150/1000  virtual 12.3 s  accuracy 71.2 %  loss 0.812  staleness 8.9  3 s, 17 s to go</c>.</summary>
    public static string Line(ProgressSnapshot snapshot) => string.Create(
        CultureInfo.InvariantCulture,
        $"arrivals {snapshot.Arrivals}/{snapshot.Rounds}  virtual {Number(snapshot.VirtualTime)} s  accuracy {Accuracy(snapshot)}  loss {Loss(snapshot)}  staleness {Staleness(snapshot)}  {Time(snapshot)}");

    /// <summary>The newest accuracy in percent, or a dash.</summary>
    public static string Accuracy(ProgressSnapshot snapshot) => Percent(snapshot.Evaluation?.Accuracy ?? double.NaN);

    /// <summary>A fraction in percent, or a dash for NaN.</summary>
    public static string Percent(double fraction) =>
        double.IsNaN(fraction) ? "-" : string.Create(CultureInfo.InvariantCulture, $"{100 * fraction:F2} %");

    /// <summary>The newest loss, or a dash.</summary>
    public static string Loss(ProgressSnapshot snapshot) => snapshot.Evaluation is { } evaluation && !double.IsNaN(evaluation.Loss)
        ? Number(evaluation.Loss) : "-";

    /// <summary>The mean staleness, or a dash.</summary>
    public static string Staleness(ProgressSnapshot snapshot) => double.IsNaN(snapshot.MeanStaleness) ? "-" : Number(snapshot.MeanStaleness);

    /// <summary>Wall time gone and to go.</summary>
    public static string Time(ProgressSnapshot snapshot) =>
        $"{Span(snapshot.Elapsed)}{(snapshot.Remaining is { } rest && rest > TimeSpan.Zero ? $", {Span(rest)} to go" : "")}";

    /// <summary>A duration in its largest sensible units.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => FormattableString.Invariant($"{span.TotalSeconds:F0} s"),
        { TotalHours: < 1 } => $"{(int)span.TotalMinutes} min {span.Seconds} s",
        _ => $"{(int)span.TotalHours} h {span.Minutes} min",
    };

    /// <summary>A number with four significant digits.</summary>
    public static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
