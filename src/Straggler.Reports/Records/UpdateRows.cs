using Straggler.Recording;

namespace Straggler.Reports.Records;

/// <summary>The rows of a run's updates.csv or updates.parquet, one after the other: a run may have many millions.</summary>
/// <remarks>
/// <code>
/// using UpdateRows? rows = UpdateRows.Open(runDirectory);
/// while (rows?.Read() == true) { Use(rows.Current); }
/// </code>
/// </remarks>
public abstract class UpdateRows : IDisposable
{
    private static readonly string[] _names = ["updates.csv", "updates.parquet"];

    private protected UpdateRows(string path) => Path = path;

    /// <summary>The file's name within the run directory.</summary>
    public string FileName => System.IO.Path.GetFileName(Path);

    /// <summary>The row that was read last.</summary>
    public UpdateRecord Current { get; private protected set; }

    /// <summary>Whether the file has columns for the tasks' parts; those written before these columns came have none.</summary>
    public bool HasParts { get; private protected init; }

    private protected string Path { get; }

    /// <summary>Opens what a run recorded of its updates.</summary>
    /// <param name="runDirectory">The run directory.</param>
    /// <returns>The rows, before the first; null where the run recorded none, or its Parquet file is not complete.</returns>
    /// <exception cref="ReportException">The file is damaged or cannot be read.</exception>
    public static UpdateRows? Open(string runDirectory)
    {
        ArgumentException.ThrowIfNullOrEmpty(runDirectory);
        return Find(runDirectory) is { } path ? OpenIfThere(path) : null;
    }

    /// <summary>The file in which a run recorded its updates; null where it recorded none.</summary>
    /// <param name="runDirectory">The run directory.</param>
    public static string? Find(string runDirectory) =>
        _names.Select(name => System.IO.Path.Combine(runDirectory, name)).FirstOrDefault(File.Exists);

    /// <summary>Opens a file of updates.</summary>
    /// <param name="path">The file: CSV, or Parquet if it is called so.</param>
    /// <exception cref="ReportException">The file is not there, damaged or cannot be read.</exception>
    public static UpdateRows OpenFile(string path) =>
        OpenIfThere(path) ?? throw new ReportException($"{path}: the file is not there.");

    /// <summary>Goes to the next row, which <see cref="Current"/> then holds.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="ReportException">The file is damaged or cannot be read; the message names the place.</exception>
    public abstract bool Read();

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    private protected abstract void Close();

    private static UpdateRows? OpenIfThere(string path)
    {
        FileStream stream;
        try
        {
            stream = RecordFile.OpenShared(path);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ReportException($"{path}: cannot be read: {fault.Message}", fault);
        }

        try
        {
            return path.EndsWith(".parquet", StringComparison.Ordinal) ? new ParquetUpdateRows(stream, path) : new CsvUpdateRows(stream, path);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}
