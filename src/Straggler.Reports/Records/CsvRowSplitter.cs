namespace Straggler.Reports.Records;

/// <summary>Cuts a stream of CSV bytes into rows and fields.</summary>
/// <remarks>Works on one buffer, which grows to the longest row; fields are views of it and live until the next row.</remarks>
internal sealed class CsvRowSplitter(Stream stream) : IDisposable
{
    private readonly List<Range> _fields = [];
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _exhausted;
    private bool _begun;
    private long _nextLine = 1;

    /// <summary>The line on which the current row starts, 1-based.</summary>
    public long Line { get; private set; }

    /// <summary>Fields of the current row.</summary>
    public int FieldCount => _fields.Count;

    /// <summary>Whether the file ended inside quotes.</summary>
    public bool OpenQuote { get; private set; }

    /// <summary>The bytes of a field, without its quotes.</summary>
    public ReadOnlySpan<byte> Field(int column) => _buffer.AsSpan(_fields[column]);

    /// <summary>Goes to the next row that is not empty.</summary>
    public bool Next()
    {
        while (FindRow() is int length)
        {
            int next = _start + length;
            int end = next > _start && _buffer[next - 1] == '\n' ? next - 1 : next;
            end = end > _start && _buffer[end - 1] == '\r' ? end - 1 : end;
            (int rowStart, _start) = (_start, next);
            if (end > rowStart)
            {
                Split(rowStart, end);
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    /// <summary>The number of bytes of the next row with its line end, or null at the end.</summary>
    private int? FindRow()
    {
        int position = 0;
        bool quoted = false;
        Line = _nextLine;
        while (true)
        {
            ReadOnlySpan<byte> rest = _buffer.AsSpan(_start + position, _end - _start - position);
            int found = quoted ? rest.IndexOfAny((byte)'"', (byte)'\n') : rest.IndexOfAny((byte)'\n', (byte)'"');
            if (found < 0)
            {
                position += rest.Length;
                if (Fill())
                {
                    continue;
                }

                OpenQuote = quoted;
                return position == 0 || quoted ? null : position;
            }

            position += found + 1;
            if (rest[found] == '"')
            {
                // A doubled quote toggles twice, so it leaves the state as it was.
                quoted = !quoted;
                continue;
            }

            _nextLine++;
            if (!quoted)
            {
                return position;
            }
        }
    }

    private bool Fill()
    {
        if (_exhausted)
        {
            return false;
        }

        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        // The first read must show whether there is a byte-order mark (3 bytes).
        int read = stream.ReadAtLeast(_buffer.AsSpan(_end), _begun ? 1 : 3, throwOnEndOfStream: false);
        _end += read;
        _exhausted = read == 0;
        if (!_begun)
        {
            _begun = true;
            _start = _buffer.AsSpan(0, _end).StartsWith("\uFEFF"u8) ? 3 : 0;
        }

        return read > 0;
    }

    private void Split(int from, int to)
    {
        _fields.Clear();
        int position = from;
        while (true)
        {
            bool quoted = position < to && _buffer[position] == '"';
            _fields.Add(quoted ? Quoted(ref position, to) : Plain(ref position, to));
            if (position >= to)
            {
                return;
            }

            position++;
        }
    }

    private Range Plain(ref int position, int to)
    {
        int from = position;
        int length = _buffer.AsSpan(from, to - from).IndexOf((byte)',');
        position = length < 0 ? to : from + length;
        return from..position;
    }

    /// <summary>Takes a quoted field and removes the doubling of its quotes in place, which only ever shortens it.</summary>
    private Range Quoted(ref int position, int to)
    {
        int from = position + 1;
        int write = from;
        for (position = from; position < to; position++)
        {
            if (_buffer[position] == '"')
            {
                if (position + 1 >= to || _buffer[position + 1] != '"')
                {
                    position++;
                    break;
                }

                position++;
            }

            _buffer[write++] = _buffer[position];
        }

        // What stands between a closing quote and the comma belongs to the field, as most readers have it.
        while (position < to && _buffer[position] != ',')
        {
            _buffer[write++] = _buffer[position++];
        }

        return from..write;
    }
}
