using System.Globalization;
using Straggler.Checkpoints;

namespace Straggler.Experiments;

/// <summary>The last two checkpoints of a run, each in a file named after the arrivals before it.</summary>
internal sealed class CheckpointFolder
{
    private const string Extension = ".ckpt";
    private const int Generations = 2;

    private readonly string _path;

    /// <summary>Opens the folder, made if missing.</summary>
    /// <param name="path">The folder, of a run that this process has alone.</param>
    /// <exception cref="RunDirectoryException">It cannot be made.</exception>
    public CheckpointFolder(string path)
    {
        _path = path;
        RunDirectoryException.Guard(path, () => Directory.CreateDirectory(path));
        DeleteWhere(file => file.EndsWith(".tmp", StringComparison.Ordinal)); // A killed process left them half written.
    }

    /// <summary>Whether there are checkpoints in it, damaged or not.</summary>
    public static bool HasAny(string path) => Directory.Exists(path) && NewestFirst(path).Length > 0;

    /// <summary>Writes a checkpoint so that it is there in whole or not at all, and removes those that are not needed any more.</summary>
    /// <exception cref="RunDirectoryException">It cannot be written; those before it are untouched.</exception>
    public void Write(long arrivals, Action<StateWriter> save)
    {
        string name = arrivals.ToString(CultureInfo.InvariantCulture) + Extension;
        AtomicFile.Write(Path.Combine(_path, name), file => CheckpointFile.Write(file, save));
        FolderSync.ToDisk(_path);
        FolderSync.ToDisk(Path.GetDirectoryName(_path)!); // The tables that the checkpoint counts on are entries of this one.
        foreach (string older in NewestFirst(_path).Skip(Generations))
        {
            RunDirectoryException.Guard(older, () => File.Delete(older));
        }
    }

    /// <summary>Opens the newest checkpoint that is unharmed; null if there are none at all.</summary>
    /// <param name="warn">Told of each damaged one that is passed over.</param>
    /// <exception cref="CheckpointException">All are damaged.</exception>
    public FileStream? OpenNewest(Action<string> warn)
    {
        string[] paths = NewestFirst(_path);
        foreach (string path in paths)
        {
            FileStream? file = null;
            try
            {
                file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
                CheckpointFile.Verify(file);
                return file;
            }
            catch (Exception fault) when (fault is CheckpointException or IOException or UnauthorizedAccessException)
            {
                file?.Dispose();
                warn($"warning: the checkpoint \"{path}\" {(fault is CheckpointException ? fault.Message : "cannot be read: " + RunDirectoryException.Cause(fault))}.");
            }
        }

        return paths.Length == 0 ? null : throw new CheckpointException(
            $"No checkpoint in \"{_path}\" can be used. Without that folder, --resume starts the run from its beginning.");
    }

    /// <summary>Removes checkpoints that are newer than the one in use, which must be damaged.</summary>
    public void DropLaterThan(string path) => DeleteWhere(file => ArrivalsOf(file) > ArrivalsOf(path));

    private void DeleteWhere(Func<string, bool> condition)
    {
        foreach (string file in Directory.GetFiles(_path).Where(condition))
        {
            RunDirectoryException.Guard(file, () => File.Delete(file));
        }
    }

    private static string[] NewestFirst(string folder) =>
        [.. Directory.GetFiles(folder, "*" + Extension).Where(path => ArrivalsOf(path) >= 0).OrderByDescending(ArrivalsOf)];

    private static long ArrivalsOf(string path) =>
        path.EndsWith(Extension, StringComparison.Ordinal)
        && long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out long arrivals) ? arrivals : -1;
}
