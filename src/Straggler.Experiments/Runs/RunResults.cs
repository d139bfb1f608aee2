using System.Text.Json;
using Straggler.Recording;

namespace Straggler.Experiments;

/// <summary>What a run directory says about how far its run has come.</summary>
public static class RunResults
{
    /// <summary>summary.json and report.html: a run is finished when both are there. The report is written last.</summary>
    private static readonly string[] _last = ["summary.json", "report.html"];

    private static readonly string[] _files =
    [
        "metrics.csv", "updates.csv", "updates.parquet", PartialParquet.NameOfPart("updates.parquet"), "clients.csv", "in_flight.csv",
        "partition.csv", "partition.json", "classes.csv", "model.safetensors", LocalModelFile.Table,
    ];

    private static readonly string[] _folders = ["figures", "tensorboard", LocalModelFile.Folder];

    /// <summary>The summary of a run that came to its end and wrote all its results; null for one that can go on.</summary>
    public static RunSummary? Finished(RunDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        if (!_last.All(name => File.Exists(directory.PathOf(name))))
        {
            return null;
        }

        try
        {
            RunSummary summary = SummaryJson.Parse(File.ReadAllText(directory.PathOf(_last[0])));
            return summary.IsCancelled ? null : summary;
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            return null; // It is written again.
        }
    }

    /// <summary>Takes back the claim that the run is finished, and what a killed process left half written.</summary>
    /// <exception cref="RunDirectoryException">A file cannot be removed.</exception>
    public static void Reopen(RunDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        Delete(_last.Select(directory.PathOf));
        RunDirectoryException.Guard(directory.Path, () => Delete(Directory.GetFiles(directory.Path, "*.tmp")));
    }

    /// <summary>Removes everything that the run has recorded, so that it can start from the beginning.</summary>
    /// <exception cref="RunDirectoryException">Something cannot be removed.</exception>
    public static void Clear(RunDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        Reopen(directory);
        Delete(_files.Select(directory.PathOf));
        foreach (string folder in _folders.Select(directory.PathOf).Where(Directory.Exists))
        {
            RunDirectoryException.Guard(folder, () => Directory.Delete(folder, recursive: true));
        }
    }

    private static void Delete(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            RunDirectoryException.Guard(path, () => File.Delete(path));
        }
    }
}
