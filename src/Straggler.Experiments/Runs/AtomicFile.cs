using System.Text;
using Straggler.Recording;

namespace Straggler.Experiments;

/// <summary>Writes files of a run directory that are either complete or not there.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file under a temporary name, flushes it to the disk and renames it, replacing one of that name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="RunDirectoryException">It cannot be written; nothing is left behind.</exception>
    public static void Write(string path, Action<Stream> write) => Write(path, path, write);

    /// <summary>Writes a text as UTF-8.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="RunDirectoryException">It cannot be written.</exception>
    public static void WriteText(string path, string text) => WriteText(path, path, text);

    /// <summary>Writes a text as UTF-8.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shownPath">What messages call it.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="RunDirectoryException">It cannot be written.</exception>
    internal static void WriteText(string path, string shownPath, string text) =>
        Write(path, shownPath, file => file.Write(Encoding.UTF8.GetBytes(text)));

    private static void Write(string path, string shownPath, Action<Stream> write) =>
        RunDirectoryException.Guard(shownPath, () => WholeFile.Write(path, durable: true, write));
}
