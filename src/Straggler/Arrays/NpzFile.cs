using System.IO.Compression;

namespace Straggler.Arrays;

/// <summary>An array of a .npz file.</summary>
/// <param name="Name">Its name, without <c>.npy</c>.</param>
/// <param name="Array">The array.</param>
public sealed record NpzEntry(string Name, NpyArray Array);

/// <summary>Reads and writes .npz files, in which <c>numpy.savez</c> keeps several arrays.</summary>
public static class NpzFile
{
    private const string Suffix = ".npy";
    private const int ChunkBytes = 1 << 16;

    /// <summary>The earliest moment that the format knows: files of the same content are the same bytes.</summary>
    private static readonly DateTimeOffset _noTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads all arrays, in the order of the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maximumBytes">Most bytes that all arrays may take, unpacked.</param>
    /// <exception cref="NpyException">The file is damaged, too big, or holds something that is not read; the message names it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<NpzEntry> Read(string path, long maximumBytes)
    {
        using FileStream file = File.OpenRead(path);
        try
        {
            return Read(file, maximumBytes);
        }
        catch (NpyException fault)
        {
            throw new NpyException($"{path}: {fault.Message}", fault);
        }
    }

    /// <summary>Reads all arrays, in the order of the file.</summary>
    /// <param name="file">The file; it can be sought in.</param>
    /// <param name="maximumBytes">Most bytes that all arrays may take, unpacked.</param>
    /// <exception cref="NpyException">The file is damaged, too big, or holds something that is not read.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<NpzEntry> Read(Stream file, long maximumBytes)
    {
        List<NpzEntry> arrays = [];
        long room = maximumBytes;
        try
        {
            using ZipArchive archive = new(file, ZipArchiveMode.Read, leaveOpen: true);
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                if (!entry.FullName.EndsWith(Suffix, StringComparison.Ordinal))
                {
                    throw new NpyException($"The .npz file holds \"{entry.FullName}\", which is no array.");
                }

                string name = entry.FullName[..^Suffix.Length];
                byte[] content = Unpack(entry, room, maximumBytes);
                room -= content.Length;
                arrays.Add(new(name, Parse(name, content)));
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or NotSupportedException or ArgumentException or OverflowException)
        {
            throw new NpyException($"The .npz file is damaged: {fault.Message}", fault);
        }

        return arrays;
    }

    /// <summary>Writes arrays, uncompressed as <c>numpy.savez</c> does.</summary>
    /// <param name="file">The file.</param>
    /// <param name="arrays">The arrays in order: names without <c>.npy</c>, and complete .npy files.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(Stream file, IEnumerable<(string Name, ReadOnlyMemory<byte> Content)> arrays)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        using ZipArchive archive = new(file, ZipArchiveMode.Create, leaveOpen: true);
        foreach ((string name, ReadOnlyMemory<byte> content) in arrays)
        {
            ZipArchiveEntry entry = archive.CreateEntry(name + Suffix, CompressionLevel.NoCompression);
            entry.LastWriteTime = _noTime;
            using Stream unpacked = entry.Open();
            unpacked.Write(content.Span);
        }
    }

    private static NpyArray Parse(string name, byte[] content)
    {
        try
        {
            return new(content);
        }
        catch (NpyException fault)
        {
            throw new NpyException($"Array \"{name}\" of the .npz file: {fault.Message}", fault);
        }
    }

    /// <summary>Unpacks an entry, never believing the size that it claims.</summary>
    private static byte[] Unpack(ZipArchiveEntry entry, long room, long maximumBytes)
    {
        using Stream packed = entry.Open();
        using MemoryStream unpacked = new();
        byte[] chunk = new byte[ChunkBytes];
        for (int read = packed.Read(chunk); read > 0; read = packed.Read(chunk))
        {
            if (unpacked.Length + read > Math.Min(room, Array.MaxLength))
            {
                throw new NpyException($"The .npz file holds more than {maximumBytes} bytes, or an array too big to read.");
            }

            unpacked.Write(chunk, 0, read);
        }

        return unpacked.ToArray();
    }
}
