using System.Buffers.Binary;
using System.Text.RegularExpressions;

namespace Straggler.Cli.Tests;

/// <summary>Compares whole run directories, byte for byte but for wall-clock times.</summary>
internal static partial class RunFolders
{
    /// <summary>Fails if anything but wall-clock fields differs, file names included.</summary>
    public static void AssertSame(string expected, string actual)
    {
        Assert.Equal(Names(expected), Names(actual));
        foreach ((string one, string other) in Files(expected).Zip(Files(actual)))
        {
            byte[] left = WithoutWallTime(one), right = WithoutWallTime(other);
            Assert.True(left.AsSpan().SequenceEqual(right), $"{one} ({left.Length} bytes) and {other} ({right.Length}) differ");
        }
    }

    /// <summary>All but the lock, which a process leaves behind that is killed, even after the run's end.</summary>
    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(path => Path.GetFileName(path) != "lock").Order(StringComparer.Ordinal);

    /// <summary>The files' names; an event file's holds the wall time of the first start.</summary>
    private static IEnumerable<string> Names(string folder) =>
        Files(folder).Select(path => EventFileTime().Replace(Path.GetRelativePath(folder, path), "tfevents."));

    private static byte[] WithoutWallTime(string path) => Path.GetFileName(path) switch
    {
        "metrics.csv" => Text(string.Join('\n', File.ReadLines(path).Select(line => line[..line.LastIndexOf(',')]))),
        "summary.json" => Text(WallKeys().Replace(File.ReadAllText(path), "")),
        "report.html" => Text(WallFigure().Replace(WallCells().Replace(File.ReadAllText(path), "<td>"), "")),
        "wall-time.png" or "wall-time.svg" or "wall-time.csv" => [],
        string name when name.EndsWith(".ckpt", StringComparison.Ordinal) => [], // Holds wall times here and there, before its checksum.
        string name when name.StartsWith("events.", StringComparison.Ordinal) => Events(File.ReadAllBytes(path)),
        _ => File.ReadAllBytes(path),
    };

    /// <summary>The records of an event file without checksums and without their first field, a double of wall time.</summary>
    private static byte[] Events(byte[] file)
    {
        List<byte> kept = [];
        for (int place = 0; place < file.Length;)
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(place));
            kept.AddRange(file.AsSpan(place + 12 + 9, length - 9));
            place += length + 16;
        }

        return [.. kept];
    }

    private static byte[] Text(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    [GeneratedRegex("<figure id=\"wall-time\">.*?</figure>", RegexOptions.Singleline)]
    private static partial Regex WallFigure();

    [GeneratedRegex(@"tfevents\.\d+\.")]
    private static partial Regex EventFileTime();

    [GeneratedRegex(@"""(\w+_seconds|workers|peak_memory_bytes)"": [^\n]*")]
    private static partial Regex WallKeys();

    // Durations, memory and the number of workers: whole cells.
    [GeneratedRegex(@"<td>[\d.,]+(&#160;(s|ms|min|h|[kMG]i?B))?(?=</td>)")]
    private static partial Regex WallCells();
}
