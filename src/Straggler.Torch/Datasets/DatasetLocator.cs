namespace Straggler.Torch.Datasets;

/// <summary>Where a data set's files lie.</summary>
/// <param name="Place">The kind of place.</param>
/// <param name="Path">The folder of the files, or the archive that holds them.</param>
/// <param name="IsArchive">Whether <paramref name="Path"/> is a .tar.gz.</param>
public sealed record DatasetLocation(DatasetPlace Place, string Path, bool IsArchive);

/// <summary>Finds data sets on this machine.</summary>
internal static class DatasetLocator
{
    /// <summary>Finds a data set.</summary>
    /// <param name="definition">The data set.</param>
    /// <param name="places">Where to look.</param>
    /// <param name="root">The only place to look, if the configuration names it; else null.</param>
    /// <returns>Where it is, or null, and each place looked at with what it lacked.</returns>
    public static (DatasetLocation? Location, IReadOnlyList<string> LookedAt) Find(
        DatasetDefinition definition, DatasetPlaces places, string? root)
    {
        List<string> lookedAt = [];
        foreach ((DatasetPlace place, string[] folders) in Candidates(definition, places, root))
        {
            string[] present = [.. folders.Where(Directory.Exists)];
            if (present.Length == 0)
            {
                lookedAt.Add($"{folders[0]} (no such folder)");
            }

            foreach (string folder in present)
            {
                if (Inspect(definition, folder, lookedAt) is { } found)
                {
                    return (new(place, found.Path, found.IsArchive), lookedAt);
                }
            }
        }

        return (null, lookedAt);
    }

    /// <summary>For each place the folders, by the names that the data set goes by, in which it may lie there.</summary>
    private static IEnumerable<(DatasetPlace Place, string[] Folders)> Candidates(
        DatasetDefinition definition, DatasetPlaces places, string? root)
    {
        if (root is null)
        {
            return places.InOrder().Select(place => (place.Place, Below(place.Folder)));
        }

        string full = Path.GetFullPath(root);
        return [(DatasetPlace.Root, [full, .. Below(full)])];

        string[] Below(string folder) => [.. definition.Folders.Select(name => Path.Combine(folder, name))];
    }

    private static (string Path, bool IsArchive)? Inspect(DatasetDefinition definition, string folder, List<string> lookedAt)
    {
        string[] missing = [.. definition.Files.Where(file => FindFile(folder, file) is null).Select(file => file.Name)];
        if (missing.Length == 0)
        {
            return (folder, false);
        }

        if (definition.Archive is { } archive && File.Exists(Path.Combine(folder, archive)))
        {
            return (Path.Combine(folder, archive), true);
        }

        lookedAt.Add($"{folder} (lacks {string.Join(", ", missing)}{(definition.Archive is { } name ? $" and {name}" : "")})");
        return null;
    }

    /// <summary>The path of a file, plain or with .gz, or null.</summary>
    public static string? FindFile(string folder, DatasetFile file)
    {
        string plain = Path.Combine(folder, file.Name), packed = plain + ".gz";
        return File.Exists(plain) ? plain : File.Exists(packed) ? packed : null;
    }
}
