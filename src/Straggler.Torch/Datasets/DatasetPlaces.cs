using System.Collections.Immutable;

namespace Straggler.Torch.Datasets;

/// <summary>The places of this machine where data sets are looked for, in this order. Relative folders are not allowed.</summary>
public sealed record DatasetPlaces
{
    /// <summary>Name of the environment variable that names a folder whose subfolders are data sets.</summary>
    public const string DataVariable = "STRAGGLER_DATA";

    /// <summary>The value of <c>STRAGGLER_DATA</c>, or null.</summary>
    public string? DataFolder { get; init; }

    /// <summary>The <c>data</c> folders beside the application, in the working directory and in the folders above it.</summary>
    public ImmutableArray<string> ShippedFolders { get; init; } = [];

    /// <summary>The data folder in the user's cache; downloads go there.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Where the operating system's packages install data sets, or null.</summary>
    public string? SystemFolder { get; init; }

    /// <summary>The places as the process's environment gives them.</summary>
    public static DatasetPlaces FromEnvironment() =>
        From(Environment.GetEnvironmentVariable(DataVariable), Directory.GetCurrentDirectory(), NativeLoading.CacheFolder.Find());

    /// <summary>The places as an environment gives them.</summary>
    /// <param name="dataFolder">The value of <c>STRAGGLER_DATA</c>.</param>
    /// <param name="workingFolder">The working directory.</param>
    /// <param name="cacheFolder">The user's cache of Straggler.</param>
    internal static DatasetPlaces From(string? dataFolder, string workingFolder, string cacheFolder) => new()
    {
        DataFolder = string.IsNullOrEmpty(dataFolder) ? null : Path.GetFullPath(dataFolder, workingFolder),
        ShippedFolders = [Path.Combine(AppContext.BaseDirectory, "data"), .. DataFoldersAbove(workingFolder)],
        CacheFolder = Path.Combine(cacheFolder, "data"),
        SystemFolder = OperatingSystem.IsWindows() ? null : "/usr/share/datasets",
    };

    /// <summary>All folders that may hold data sets, with what they are.</summary>
    internal IEnumerable<(DatasetPlace Place, string Folder)> InOrder()
    {
        if (DataFolder is not null)
        {
            yield return (DatasetPlace.Environment, DataFolder);
        }

        foreach (string folder in ShippedFolders)
        {
            yield return (DatasetPlace.Shipped, folder);
        }

        yield return (DatasetPlace.Cache, CacheFolder);
        if (SystemFolder is not null)
        {
            yield return (DatasetPlace.System, SystemFolder);
        }
    }

    private static IEnumerable<string> DataFoldersAbove(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            string data = Path.Combine(folder.FullName, "data");
            if (Directory.Exists(data))
            {
                yield return data;
            }
        }
    }
}

/// <summary>The kinds of places where a data set can lie.</summary>
public enum DatasetPlace
{
    /// <summary>The folder that the configuration names.</summary>
    Root,

    /// <summary>The folder that <c>STRAGGLER_DATA</c> names.</summary>
    Environment,

    /// <summary>The <c>data</c> folder beside the application or in the working directory or above it.</summary>
    Shipped,

    /// <summary>The user's cache.</summary>
    Cache,

    /// <summary>Installed by the operating system's packages.</summary>
    System,
}
