using System.Runtime.InteropServices;

namespace Straggler.Experiments;

/// <summary>Forces a folder's entries to the disk, so that a renamed file is there under its new name after a loss of power too.</summary>
internal static partial class FolderSync
{
    /// <summary>Does it, where the system has a call for it; Windows keeps its directory in a journal and needs none.</summary>
    public static void ToDisk(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int handle = Open(folder, 0);
        if (handle >= 0)
        {
            // Some file systems know no fsync of a folder; there is nothing better to do then.
            _ = Fsync(handle);
            _ = Close(handle);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Fsync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
