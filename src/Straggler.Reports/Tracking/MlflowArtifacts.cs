namespace Straggler.Reports.Tracking;

/// <summary>The files of a run directory that a tracking server is given.</summary>
internal static class MlflowArtifacts
{
    private static readonly string[] _files =
    [
        "config.yaml", "summary.json", "metrics.csv", "updates.csv", "updates.parquet", "clients.csv", "in_flight.csv", "partition.csv", "classes.csv",
        "model.safetensors", "report.html",
    ];

    /// <summary>Their names there, and their paths.</summary>
    public static IEnumerable<(string Name, string Path)> Of(string runDirectory)
    {
        string figures = Path.Combine(runDirectory, "figures");
        return _files.Select(name => (name, Path.Combine(runDirectory, name))).Where(file => File.Exists(file.Item2))
            .Concat(Directory.Exists(figures)
                ? Directory.EnumerateFiles(figures).Order(StringComparer.Ordinal).Select(path => ("figures/" + Path.GetFileName(path), path)) : []);
    }
}
