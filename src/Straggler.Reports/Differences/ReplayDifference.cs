using System.Collections.Immutable;
using Straggler.Reports.Records;

namespace Straggler.Reports.Differences;

/// <summary>Holds a replay against the run whose record it follows: whether its server made the same steps.</summary>
public static class ReplayDifference
{
    /// <summary>The columns that say what the server did.</summary>
    private static readonly string[] _steps =
        ["arrival", "virtual_time", "client", "dispatch_virtual_time", "base_version", "version", "staleness", "weight", "samples", "outcome"];

    /// <summary>Compares the records of the two, where they have one and nothing else than the replay itself tells their configurations apart.</summary>
    /// <param name="recorded">The recorded run's directory.</param>
    /// <param name="replay">The replay's.</param>
    /// <returns>A sentence that says where they part, empty if they do not; null where they are not to be compared.</returns>
    /// <exception cref="ReportException">A file is damaged or cannot be read.</exception>
    public static string? Find(string recorded, string replay)
    {
        if (UpdatesTable.Find(recorded) is null || UpdatesTable.Find(replay) is null || !HaveSameSettings(recorded, replay))
        {
            return null;
        }

        ImmutableArray<string> others = UpdatesTable.Names.RemoveRange(_steps);
        PartDifference updates = new TableComparison("updates", others, new()).Compare(() => UpdatesTable.Open(recorded), () => UpdatesTable.Open(replay));
        return updates.Verdict == PartVerdict.Same ? "" : DifferenceText.Sentence(updates);
    }

    /// <summary>Whether both ended with the same model, to the bit, by their summaries.</summary>
    /// <param name="recorded">The recorded run's directory.</param>
    /// <param name="replay">The replay's.</param>
    /// <returns>Null where the replay has no model, but only a timeline.</returns>
    /// <exception cref="ReportException">A file is damaged or cannot be read.</exception>
    public static bool? HasSameModel(string recorded, string replay) =>
        File.Exists(Path.Combine(replay, "model.safetensors")) ? Fingerprint(recorded) == Fingerprint(replay) : null;

    private static string? Fingerprint(string runDirectory)
    {
        string path = Path.Combine(runDirectory, "summary.json");
        using Stream stream = RecordFile.Open(path);
        return SummaryFile.Read(stream, path).Text("parameters_sha256");
    }

    private static bool HaveSameSettings(string recorded, string replay) =>
        ConfigurationDifference.Compare(Path.Combine(recorded, "config.yaml"), Path.Combine(replay, "config.yaml"))
            .Values.All(value => !value.IsMaterial || value.Key.Split('.')[0] == "replay");
}
