namespace Straggler.Torch.Datasets;

/// <summary>What verifying a data set found.</summary>
/// <param name="Dataset">The data set's name.</param>
/// <param name="Location">Where it is.</param>
/// <param name="Files">Each of its files.</param>
public sealed record DatasetVerification(string Dataset, DatasetLocation Location, IReadOnlyList<FileVerification> Files)
{
    /// <summary>Whether every file is as published.</summary>
    public bool IsIntact => Problem is null;

    /// <summary>The first problem, or null.</summary>
    public string? Problem => Files.FirstOrDefault(file => file.Problem is not null)?.Problem;
}

/// <summary>What verifying a file found.</summary>
/// <param name="Name">The file's name, without <c>.gz</c>.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Sha256">The published SHA-256 of its unpacked content.</param>
/// <param name="Problem">What is wrong with it (expected and found), or null.</param>
public sealed record FileVerification(string Name, string Path, string Sha256, string? Problem);

/// <summary>Compares a data set's files with what was published.</summary>
internal static class DatasetVerifier
{
    /// <summary>Reads and checks every file.</summary>
    public static DatasetVerification Verify(DatasetDefinition definition, DatasetLocation location, CancellationToken cancellation)
    {
        List<FileVerification> files = [];
        foreach (DatasetFileContent file in DatasetContent.Read(definition, location))
        {
            cancellation.ThrowIfCancellationRequested();
            files.Add(new(file.File.Name, file.Path, file.File.Sha256, Problem(definition, file)));
        }

        return new(definition.Name, location, files);
    }

    private static string? Problem(DatasetDefinition definition, DatasetFileContent file)
    {
        try
        {
            DatasetLoader.CheckHash(definition, file.File, file.Path, file.Content ?? throw file.Problem!);
            return null;
        }
        catch (DatasetException problem)
        {
            return problem.Message;
        }
    }
}
