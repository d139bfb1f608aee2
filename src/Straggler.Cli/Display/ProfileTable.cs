using System.Globalization;
using Straggler.Recording;

namespace Straggler.Cli.Display;

/// <summary>Where the wall time of a run went: what the loop's thread did, and what the workers did meanwhile.</summary>
internal static class ProfileTable
{
    /// <summary>Writes aligned lines.</summary>
    public static void Write(TextWriter output, RunSummary summary)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(summary);
        if (summary.Profile is not { } profile)
        {
            output.WriteLine("The run was recorded by a version that did not measure where the time went.");
            return;
        }

        double workers = summary.TrainingSeconds + summary.EvaluationSeconds + profile.IdleSeconds;
        Group(output, "wall time", summary.WallSeconds, [
            ("event loop", profile.LoopSeconds), ("before and after it", summary.WallSeconds - profile.LoopSeconds)]);
        Group(output, "event loop", profile.LoopSeconds, [
            ("aggregation", profile.AggregationSeconds),
            ("waiting for trainings", profile.TrainingWaitSeconds),
            ("waiting for evaluations", profile.EvaluationWaitSeconds),
            ("other", profile.OtherSeconds)]);
        Group(output, "workers, summed", workers, [
            ("training", summary.TrainingSeconds), ("evaluation", summary.EvaluationSeconds), ("idle", profile.IdleSeconds)]);
    }

    private static void Group(TextWriter output, string title, double total, (string Name, double Seconds)[] parts)
    {
        Line(output, title, total, total);
        foreach ((string name, double seconds) in parts)
        {
            Line(output, "  " + name, seconds, total);
        }
    }

    private static void Line(TextWriter output, string name, double seconds, double total) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{name,-27}{seconds,9:F2} s{(total > 0 ? 100 * seconds / total : 0),8:F1} %"));
}
