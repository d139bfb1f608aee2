using Straggler.Reports.Records;

namespace Straggler.Dashboard.Runs;

/// <summary>Reads a CSV file that grows, each row once: by the byte offset reached, and whole lines only.</summary>
/// <remarks>
/// A file that was cut (a resumed run takes back what came after its checkpoint) is read from its beginning again. It is known by its
/// length, or by the last line read not standing where it stood.
/// </remarks>
/// <param name="path">The file. Its fields hold no line breaks, which docs/run-directory.md promises.</param>
internal sealed class GrowingTable(string path)
{
    private byte[] _header = [];
    private byte[] _lastLine = [];
    private long _offset;

    /// <summary>Reads the rows that have come.</summary>
    /// <param name="most">Bytes to read at most.</param>
    /// <param name="take">Given a reader that stands before the first new row.</param>
    /// <param name="startOver">Called before, where the file is read from its beginning.</param>
    /// <returns>Bytes read. With less than <paramref name="most"/> the end was reached.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public long Read(long most, Action<CsvReader> take, Action startOver)
    {
        using FileStream file = RecordFile.OpenShared(path, bufferSize: 0);
        if (_offset > 0 && !StandsWhereItStood(file))
        {
            (_header, _lastLine, _offset) = ([], [], 0);
        }

        if (_offset == 0)
        {
            startOver();
        }

        file.Position = _offset;
        byte[] bytes = new byte[Math.Min(most, Math.Max(0, file.Length - _offset))];
        int read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        int whole = bytes.AsSpan(0, read).LastIndexOf((byte)'\n') + 1;
        if (whole == 0)
        {
            return 0;
        }

        Take(bytes.AsSpan(0, whole), take);
        return read;
    }

    private void Take(ReadOnlySpan<byte> lines, Action<CsvReader> take)
    {
        _offset += lines.Length;
        _lastLine = lines[(lines[..^1].LastIndexOf((byte)'\n') + 1)..].ToArray();
        byte[] table = [.. _header, .. lines];
        if (_header.Length == 0)
        {
            _header = lines[..(lines.IndexOf((byte)'\n') + 1)].ToArray();
        }

        using CsvReader csv = new(new MemoryStream(table), path);
        take(csv);
    }

    private bool StandsWhereItStood(FileStream file)
    {
        if (file.Length < _offset)
        {
            return false;
        }

        byte[] found = new byte[_lastLine.Length];
        file.Position = _offset - found.Length;
        return file.ReadAtLeast(found, found.Length, throwOnEndOfStream: false) == found.Length && found.AsSpan().SequenceEqual(_lastLine);
    }
}
