namespace Straggler.Reports.Records;

/// <summary>Opens files of a run directory, also while the run goes on.</summary>
internal static class RecordFile
{
    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="ReportException">It cannot be opened.</exception>
    public static FileStream Open(string path)
    {
        try
        {
            return OpenShared(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ReportException($"{path}: cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>Opens a file for reading, and lets others write and delete it meanwhile.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bufferSize">As of a <see cref="FileStream"/>.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be.</exception>
    public static FileStream OpenShared(string path, int bufferSize = 4096) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize);
}
