using System.Globalization;
using System.Text;
using Straggler.Checkpoints;

namespace Straggler.Experiments;

/// <summary>Writes rows of comma-separated values; only whole lines ever reach the file.</summary>
/// <remarks>UTF-8, LF, invariant culture; doubles round-trip; NaN is an empty field.</remarks>
internal sealed class CsvWriter : IDisposable
{
    private const int FlushAt = 1 << 16;
    private const int LongestNumber = 32;

    private readonly Stream _stream;
    private readonly string _path;
    private byte[] _buffer = new byte[FlushAt + 4096];
    private int _length;
    private long _flushed;
    private bool _rowStarted;

    /// <summary>Writes into a new file, or goes on with one that is there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="continued">Whether it is there; <see cref="CutTo"/> then says from where.</param>
    /// <exception cref="RunDirectoryException">The file cannot be made or opened.</exception>
    public CsvWriter(string path, bool continued = false)
        : this(Open(path, continued ? FileMode.Open : FileMode.CreateNew), path)
    {
    }

    /// <summary>Writes into a stream.</summary>
    /// <param name="stream">The stream; disposed of by the writer.</param>
    /// <param name="path">What messages call it.</param>
    public CsvWriter(Stream stream, string path)
    {
        _stream = stream;
        _path = path;
    }

    /// <summary>Writes a whole table into a file that appears complete or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="rows">What the rows are of, in order.</param>
    /// <param name="write">Writes a row's fields.</param>
    /// <exception cref="RunDirectoryException">It cannot be written.</exception>
    public static void WriteTable<T>(string path, IEnumerable<string> columns, IEnumerable<T> rows, Action<CsvWriter, T> write) =>
        AtomicFile.Write(path, file =>
        {
            CsvWriter csv = new(file, path);
            foreach (string column in columns)
            {
                csv.Field(column);
            }

            csv.EndRow();
            foreach (T row in rows)
            {
                write(csv, row);
                csv.EndRow();
            }

            csv.Flush();
        });

    public void Field(long value)
    {
        BeginField(LongestNumber);
        value.TryFormat(_buffer.AsSpan(_length), out int written, default, CultureInfo.InvariantCulture);
        _length += written;
    }

    public void Field(double value)
    {
        BeginField(LongestNumber);
        if (!double.IsNaN(value))
        {
            value.TryFormat(_buffer.AsSpan(_length), out int written, "R", CultureInfo.InvariantCulture);
            _length += written;
        }
    }

    /// <summary>Writes a number, or nothing where there is none.</summary>
    public void Field(long? value)
    {
        if (value is { } number)
        {
            Field(number);
        }
        else
        {
            Field(double.NaN);
        }
    }

    /// <summary>Writes a word that needs no quotes.</summary>
    public void Field(string word)
    {
        BeginField(Encoding.UTF8.GetMaxByteCount(word.Length));
        _length += Encoding.UTF8.GetBytes(word, _buffer.AsSpan(_length));
    }

    public void EndRow()
    {
        Reserve(1);
        _buffer[_length++] = (byte)'\n';
        _rowStarted = false;
        if (_length >= FlushAt)
        {
            Flush();
        }
    }

    /// <summary>Hands the rows written so far to the file.</summary>
    /// <exception cref="RunDirectoryException">The file cannot be written; it ends with the rows of the last flush.</exception>
    public void Flush()
    {
        int length = _length;
        _length = 0;
        try
        {
            RunDirectoryException.Guard(_path, () =>
            {
                _stream.Write(_buffer, 0, length);
                _stream.Flush();
            });
            _flushed += length;
        }
        catch (RunDirectoryException)
        {
            CutHalfLine();
            throw;
        }
    }

    /// <summary>Hands the rows written so far to the disk itself.</summary>
    /// <returns>The file's length.</returns>
    /// <exception cref="RunDirectoryException">The file cannot be written.</exception>
    public long Sync()
    {
        Flush();
        RunDirectoryException.Guard(_path, () => (_stream as FileStream)?.Flush(flushToDisk: true));
        return _flushed;
    }

    /// <summary>Goes on after so many bytes; what follows them is removed.</summary>
    /// <exception cref="CheckpointException">The file is shorter.</exception>
    /// <exception cref="RunDirectoryException">The file cannot be written.</exception>
    public void CutTo(long length)
    {
        if (_stream.Length < length)
        {
            throw new CheckpointException($"counts on {length} bytes of \"{_path}\", which has {_stream.Length}");
        }

        RunDirectoryException.Guard(_path, () =>
        {
            _stream.SetLength(length);
            _stream.Position = length;
        });
        _flushed = length;
    }

    /// <summary>Flushes and closes.</summary>
    /// <exception cref="RunDirectoryException">The file cannot be written.</exception>
    public void Dispose()
    {
        try
        {
            if (_length > 0)
            {
                Flush();
            }
        }
        finally
        {
            _stream.Dispose();
        }
    }

    // No buffer of FileStream's own: it would hand over half lines.
    private static FileStream Open(string path, FileMode mode)
    {
        FileStream? file = null;
        RunDirectoryException.Guard(path, () => file = new(path, mode, FileAccess.Write, FileShare.Read, bufferSize: 0));
        return file!;
    }

    /// <summary>A disk that fills up takes a part of what is written; the table stays readable without it.</summary>
    private void CutHalfLine()
    {
        try
        {
            if (_stream.CanSeek)
            {
                _stream.SetLength(_flushed);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The first error is the one to report.
        }
    }

    private void BeginField(int bytes)
    {
        Reserve(bytes + 1);
        if (_rowStarted)
        {
            _buffer[_length++] = (byte)',';
        }

        _rowStarted = true;
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - _length < bytes)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + bytes));
        }
    }
}
