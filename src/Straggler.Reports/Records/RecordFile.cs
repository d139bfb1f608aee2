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
            return new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ReportException($"{path}: cannot be read: {fault.Message}", fault);
        }
    }
}
