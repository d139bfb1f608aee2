using System.Security.Cryptography;

namespace Straggler.Torch.NativeLoading;

/// <summary>Keeps the patched copy of TorchSharp's native library in the user's cache.</summary>
/// <remarks>
/// The copy lies in <c>straggler/native/SHA-256 of the source/</c>, a folder only its owner can enter. It is compared with a fresh patch
/// of the source on every use (the file has a few MB), so a damaged copy is rewritten rather than loaded.
/// </remarks>
internal static class PatchedLibrary
{
    /// <summary>The symbol version that libstdc++ before GCC 13 lacks.</summary>
    internal const string MissingVersion = "GLIBCXX_3.4.32";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes sure that the cache holds an intact patched copy.</summary>
    /// <param name="source">The library as shipped.</param>
    /// <param name="cache">The cache folder, such as <c>~/.cache/straggler</c>.</param>
    /// <returns>Full path of the copy.</returns>
    /// <exception cref="NativeLoadException">The library is damaged or the cache cannot be written.</exception>
    public static string Ensure(string source, string cache)
    {
        byte[] library = File.ReadAllBytes(source);
        string folder = Path.Combine(cache, "native", Convert.ToHexStringLower(SHA256.HashData(library)));
        Patch(library, source);
        string copy = Path.Combine(folder, Path.GetFileName(source));
        try
        {
            if (!IsIntact(copy, library))
            {
                Write(copy, library);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NativeLoadException(
                $"This system's libstdc++ lacks {MissingVersion}, so Straggler keeps a patched copy of TorchSharp's native library, but the "
                + $"folder {folder} cannot be used: {error.Message} Set {CacheFolder.Variable} to a folder that can be written.",
                error);
        }

        return copy;
    }

    private static void Patch(byte[] library, string source)
    {
        try
        {
            if (ElfVersionPatch.MakeWeak(library, MissingVersion) > 0)
            {
                return;
            }
        }
        catch (InvalidDataException error)
        {
            throw new NativeLoadException($"{source} is damaged: {error.Message} Restore the packages again.", error);
        }

        throw new NativeLoadException(
            $"{source} cannot be loaded, and not for want of {MissingVersion}. Check that it and libtorch are of matching versions.");
    }

    private static bool IsIntact(string copy, ReadOnlySpan<byte> expected) =>
        File.Exists(copy) && new FileInfo(copy).Length == expected.Length && expected.SequenceEqual(File.ReadAllBytes(copy));

    private static void Write(string copy, byte[] library)
    {
        string folder = Path.GetDirectoryName(copy)!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerOnly);
        }

        // Several processes may do this at once: each writes a file of its own, and the last rename wins with the same bytes.
        string temporary = $"{copy}.{Environment.ProcessId}.tmp";
        using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write))
        {
            stream.Write(library);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, copy, overwrite: true);
    }
}
