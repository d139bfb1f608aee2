using System.Formats.Tar;
using System.IO.Compression;

namespace Straggler.Torch.Datasets;

/// <summary>What opening one of a data set's files gave: its unpacked content, or what is wrong with it.</summary>
/// <param name="File">Which file.</param>
/// <param name="Path">Where it is, for messages.</param>
/// <param name="Content">The unpacked content, of exactly the expected length; null if it could not be read.</param>
/// <param name="Problem">What went wrong, or null.</param>
internal sealed record DatasetFileContent(DatasetFile File, string Path, byte[]? Content, DatasetException? Problem);

/// <summary>Reads a data set's files, plain, gzipped or in a .tar.gz, one at a time in the order that is cheapest.</summary>
internal static class DatasetContent
{
    /// <summary>Reads every file of a data set once.</summary>
    public static IEnumerable<DatasetFileContent> Read(DatasetDefinition definition, DatasetLocation location) =>
        location.IsArchive ? ReadArchive(definition, location.Path) : definition.Files.Select(file => ReadFile(file, location.Path));

    private static DatasetFileContent ReadFile(DatasetFile file, string folder)
    {
        string path = DatasetLocator.FindFile(folder, file) ?? Path.Combine(folder, file.Name);
        return Guard(file, path, () =>
        {
            using FileStream raw = File.OpenRead(path);
            if (!path.EndsWith(".gz", StringComparison.Ordinal))
            {
                return ReadExactly(raw, file.Bytes, path);
            }

            using var unpacked = new GZipStream(raw, CompressionMode.Decompress);
            return ReadExactly(unpacked, file.Bytes, path);
        });
    }

    private static IEnumerable<DatasetFileContent> ReadArchive(DatasetDefinition definition, string archive)
    {
        List<DatasetFile> wanted = [.. definition.Files];
        DatasetException? problem = TryOpen(archive, out TarReader? tar);
        using (tar)
        {
            while (wanted.Count > 0 && problem is null)
            {
                problem = TryNext(archive, tar!, out TarEntry? entry);
                string? name = Path.GetFileName(entry?.Name);
                if (wanted.FirstOrDefault(file => file.Name == name) is { } file)
                {
                    wanted.Remove(file);
                    yield return ReadEntry(file, $"{archive} ({entry!.Name})", entry.DataStream ?? Stream.Null);
                }
            }
        }

        foreach (DatasetFile file in wanted)
        {
            yield return new(file, $"{archive} ({file.Name})", null, new DatasetException($"{file.Name} is missing: {problem!.Message}"));
        }
    }

    private static DatasetFileContent ReadEntry(DatasetFile file, string path, Stream content) =>
        Guard(file, path, () => ReadExactly(content, file.Bytes, path));

    private static DatasetException? TryOpen(string archive, out TarReader? tar)
    {
        tar = null;
        try
        {
            tar = new TarReader(new GZipStream(File.OpenRead(archive), CompressionMode.Decompress));
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Unreadable(archive, failure);
        }
    }

    /// <summary>Moves to the next entry; the end of the archive is a problem, for it comes only while files are still wanted.</summary>
    private static DatasetException? TryNext(string archive, TarReader tar, out TarEntry? entry)
    {
        entry = null;
        try
        {
            entry = tar.GetNextEntry();
            return entry is null ? new DatasetException($"{archive} ends without it.") : null;
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException or ArithmeticException
            or FormatException or ArgumentException)
        {
            // TarReader meets some damaged headers with the exceptions of number parsing.
            return Unreadable(archive, failure);
        }
    }

    private static DatasetFileContent Guard(DatasetFile file, string path, Func<byte[]> read)
    {
        try
        {
            return new(file, path, read(), null);
        }
        catch (DatasetException problem)
        {
            return new(file, path, null, problem);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new(file, path, null, Unreadable(path, failure));
        }
    }

    private static DatasetException Unreadable(string path, Exception failure) => new($"{path} cannot be read: {failure.Message}", failure);

    private static byte[] ReadExactly(Stream stream, int expected, string path)
    {
        byte[] content = GC.AllocateUninitializedArray<byte>(expected);
        int found = 0;
        try
        {
            while (found < expected && stream.Read(content, found, expected - found) is int read and > 0)
            {
                found += read;
            }

            // Reading past the end also makes the decompressor check its checksum.
            bool longer = found == expected && stream.ReadByte() >= 0;
            return found == expected && !longer
                ? content
                : throw new DatasetException($"{path}: expected {expected} bytes{Unpacked(stream)}, found {(longer ? "more" : found)}.");
        }
        catch (Exception damage) when (damage is InvalidDataException or EndOfStreamException)
        {
            throw new DatasetException(
                $"{path} is cut short or damaged: expected {expected} bytes{Unpacked(stream)}, found {found} readable ({damage.Message})",
                damage);
        }
    }

    private static string Unpacked(Stream stream) => stream is FileStream ? "" : " when unpacked";
}
