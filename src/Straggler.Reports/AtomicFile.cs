using Straggler.Recording;

namespace Straggler.Reports;

/// <summary>Writes files so that a reader sees the old one or the new one, never half of one.</summary>
internal static class AtomicFile
{
    /// <summary>Writes to a temporary name beside the file, and renames.</summary>
    /// <remarks>Not forced to the disk: a report can be made again from the records, and some 30 forced writes would take longer than drawing it.</remarks>
    /// <param name="path">The file.</param>
    /// <param name="content">What it shall hold.</param>
    /// <exception cref="ReportException">It cannot be written; the temporary file is removed.</exception>
    public static void Write(string path, byte[] content)
    {
        try
        {
            WholeFile.Write(path, durable: false, stream => stream.Write(content));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ReportException($"{path}: cannot be written: {fault.Message}", fault);
        }
    }

    /// <summary>Removes files; those that are not there are no matter.</summary>
    /// <exception cref="ReportException">One cannot be removed.</exception>
    public static void Delete(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new ReportException($"{path}: cannot be replaced: {fault.Message}", fault);
            }
        }
    }
}
