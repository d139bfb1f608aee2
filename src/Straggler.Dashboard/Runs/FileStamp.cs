namespace Straggler.Dashboard.Runs;

/// <summary>Tells whether a file has changed since it was last read.</summary>
/// <param name="Length">Bytes; −1 where there is no such file.</param>
/// <param name="Written">When it was last written, UTC.</param>
internal readonly record struct FileStamp(long Length, DateTime Written)
{
    /// <summary>No file.</summary>
    public static FileStamp None { get; } = new(-1, default);

    /// <summary>Whether there is one.</summary>
    public bool Exists => Length >= 0;

    /// <summary>Looks at a file. A link is none: it may lead anywhere.</summary>
    public static FileStamp Of(string path)
    {
        FileInfo file = new(path);
        try
        {
            return file.Exists && (file.Attributes & (FileAttributes.ReparsePoint | FileAttributes.Directory)) == 0
                ? new(file.Length, file.LastWriteTimeUtc) : None;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return None; // It went away in between.
        }
    }
}
