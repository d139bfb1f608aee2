namespace Straggler.Dashboard.Runs;

/// <summary>Finds the run directories under a folder: those with config.yaml and metrics.csv or summary.json.</summary>
/// <remarks>Links are not followed: what is shown lies in the folder itself, and there are no circles.</remarks>
internal static class RunFinder
{
    /// <summary>How deep runs may lie; a home folder given by mistake is not searched to its ground.</summary>
    private const int Deepest = 8;

    private static readonly EnumerationOptions _options = new()
    {
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden,
    };

    /// <summary>The run directories, by their path from the folder with <c>/</c> between its parts.</summary>
    /// <param name="folder">The folder; itself a run, it is the only one and has its own name.</param>
    public static IEnumerable<(string Id, string Path)> Find(string folder) =>
        IsRun(folder) ? [(Path.GetFileName(folder), folder)] : Within(folder, "", 1);

    private static IEnumerable<(string Id, string Path)> Within(string folder, string prefix, int depth)
    {
        foreach (string path in Subfolders(folder))
        {
            string id = prefix + Path.GetFileName(path);
            if (IsRun(path))
            {
                yield return (id, path);
            }
            else if (depth < Deepest)
            {
                foreach ((string Id, string Path) run in Within(path, id + "/", depth + 1))
                {
                    yield return run;
                }
            }
        }
    }

    private static string[] Subfolders(string folder)
    {
        try
        {
            return Directory.GetDirectories(folder, "*", _options);
        }
        catch (IOException)
        {
            return []; // It went away in between.
        }
    }

    private static bool IsRun(string path) => File.Exists(Path.Combine(path, "config.yaml"))
        && (File.Exists(Path.Combine(path, "metrics.csv")) || File.Exists(Path.Combine(path, "summary.json")));
}
