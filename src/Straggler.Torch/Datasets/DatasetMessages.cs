namespace Straggler.Torch.Datasets;

/// <summary>The longer messages about data sets.</summary>
internal static class DatasetMessages
{
    /// <summary>Says that a data set is not on this machine, where it was looked for, why it did not come, and the ways out.</summary>
    /// <param name="listing">The data set and the places looked at.</param>
    /// <param name="failures">What went wrong at each address.</param>
    /// <param name="folder">Where the files would go, or null where downloading was not tried.</param>
    public static DatasetException NotFound(DatasetListing listing, IReadOnlyList<string> failures, string? folder)
    {
        DatasetDefinition definition = listing.Definition;
        List<string> lines = [$"The data set {definition.Name} was not found. Looked at:", .. Indented(listing.LookedAt)];
        if (failures.Count > 0)
        {
            lines.AddRange(["It could not be downloaded either:", .. Indented(failures)]);
        }

        string files = definition.Archive is { } archive
            ? $"{archive} (or the files in it)"
            : string.Join(", ", definition.Files.Select(file => file.Name + ".gz"));
        string where = folder is not null && definition.Downloads.Length > 0 ? $"put {files} into {folder}, or " : "";
        lines.Add(
            $"Ways out: {where}name the folder that holds them (dataset.root), "
            + $"or set {DatasetPlaces.DataVariable} to the folder above that one.");
        return new(string.Join('\n', lines));
    }

    private static IEnumerable<string> Indented(IEnumerable<string> lines) => lines.Select(line => "  " + line);
}
