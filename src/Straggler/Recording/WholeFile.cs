namespace Straggler.Recording;

/// <summary>Writes files that are either complete or not there.</summary>
public static class WholeFile
{
    /// <summary>Writes a file under a temporary name and renames it, replacing one of that name.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="durable">Whether it is forced to the disk before it is renamed, so that it outlives a crash of the machine.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">It cannot be written (a full disk, say); nothing is left behind, an older file stays.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder must not be written to.</exception>
    public static void Write(string path, bool durable, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        string temporary = path + ".tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write, FileShare.Read))
            {
                write(stream);
                stream.Flush(flushToDisk: durable);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to report.
        }
    }
}
