namespace Straggler.Experiments;

/// <summary>A folder on which one process is at work at a time; the system lets go of it even if the process is killed.</summary>
public sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    /// <summary>Takes the folder, until it is disposed.</summary>
    /// <param name="folder">The folder, which exists.</param>
    /// <param name="work">What is worked on, for messages: "run", "sweep".</param>
    /// <exception cref="RunDirectoryException">Another process has it, or its file cannot be written.</exception>
    public FolderLock(string folder, string work)
    {
        string path = Path.Combine(folder, "lock");
        try
        {
            _file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException fault) when (File.Exists(path))
        {
            throw new RunDirectoryException($"\"{path}\" is locked: another process is at work on this {work}.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RunDirectoryException($"\"{path}\" cannot be written: {RunDirectoryException.Cause(fault)}.", fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
