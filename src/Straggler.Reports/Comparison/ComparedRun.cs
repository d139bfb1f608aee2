using System.Collections.Immutable;
using Straggler.Reports.Records;

namespace Straggler.Reports.Comparison;

/// <summary>A run of a comparison.</summary>
/// <param name="Path">Its directory.</param>
/// <param name="Seed">Its seed, by which runs are paired.</param>
/// <param name="Settings">Its configuration by path.</param>
/// <param name="Evaluations">Its evaluations, in order; at least one.</param>
internal sealed record ComparedRun(string Path, string Seed, SortedDictionary<string, string> Settings, ImmutableArray<EvaluationRow> Evaluations)
{
    private static readonly string[] _files = ["config.yaml", "summary.json", "metrics.csv"];

    /// <summary>Its summary.json; null where it was not read.</summary>
    public SummaryFile? Summary { get; init; }

    /// <summary>Virtual seconds of the last evaluation.</summary>
    public double Duration => Evaluations[^1].VirtualTime;

    /// <summary>Arrivals at the last evaluation.</summary>
    public double Arrivals => Evaluations[^1].Arrival;

    /// <summary>Whether it came to its end and was not cancelled before.</summary>
    public bool IsFinished => Summary?.Text("stop_reason") != "cancelled";

    /// <summary>The accuracy at a budget: of the last evaluation within it; NaN where there is none.</summary>
    public double AccuracyWhile(Func<EvaluationRow, bool> within) => Evaluations.LastOrDefault(within)?.Accuracy ?? double.NaN;

    /// <summary>Reads run directories, and those within folders such as a sweep's.</summary>
    /// <param name="paths">Directories.</param>
    /// <exception cref="ReportException">A directory is none of a run and holds none, or a file is damaged.</exception>
    public static ImmutableArray<ComparedRun> ReadAll(IReadOnlyList<string> paths) =>
        [.. paths.SelectMany(Expand).Distinct(StringComparer.Ordinal).Select(Read)];

    private static IEnumerable<string> Expand(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new ReportException($"{path}: there is no such directory; expected a run directory, or a folder of them.");
        }

        if (IsRun(path))
        {
            return [path];
        }

        string[] within = [.. Directory.EnumerateDirectories(path).Where(IsRun).Order(StringComparer.Ordinal)];
        return within.Length > 0 ? within
            : throw new ReportException($"{path}: holds no finished run (config.yaml, summary.json, metrics.csv); expected a run directory, or a folder of them.");
    }

    private static bool IsRun(string path) =>
        _files.All(name => File.Exists(System.IO.Path.Combine(path, name)));

    private static ComparedRun Read(string path)
    {
        RunRecords records = RunRecords.ReadCurves(path);
        SortedDictionary<string, string> settings = FlatConfiguration.Read(records.Configuration ?? "");
        return records.Evaluations is { Length: > 0 } evaluations
            ? new(path, settings.GetValueOrDefault("seed", "?"), settings, evaluations) { Summary = records.Summary }
            : throw new ReportException($"{path}: metrics.csv holds no evaluation.");
    }
}
