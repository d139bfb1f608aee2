using System.Globalization;
using System.Text;

namespace Straggler.Reports.Records;

/// <summary>Reads a CSV file with a header row by row, without keeping it: a run may have millions of arrivals.</summary>
/// <remarks>
/// RFC 4180: fields are separated by commas; a field in double quotes may hold commas, line breaks and doubled quotes. Lines end with
/// LF or CRLF, the last one possibly with nothing. Empty lines and a byte-order mark are skipped.
/// </remarks>
internal sealed class CsvReader : IDisposable
{
    private readonly CsvRowSplitter _rows;
    private readonly string _name;
    private readonly string[] _header;

    /// <summary>Reads the header.</summary>
    /// <param name="stream">The file; disposed with the reader.</param>
    /// <param name="name">The file's name for messages.</param>
    /// <exception cref="ReportException">There is no header.</exception>
    public CsvReader(Stream stream, string name)
    {
        _rows = new(stream);
        _name = name;
        if (!_rows.Next())
        {
            throw new ReportException($"{name}: the file is empty; expected a header line with the column names.");
        }

        _header = new string[_rows.FieldCount];
        for (int column = 0; column < _header.Length; column++)
        {
            _header[column] = Text(column);
        }
    }

    /// <summary>The column names, in the file's order.</summary>
    public IReadOnlyList<string> Header => _header;

    /// <summary>The line on which the current row starts, 1-based.</summary>
    public long Line => _rows.Line;

    /// <summary>The place of a column.</summary>
    /// <exception cref="ReportException">The file has no such column.</exception>
    public int Column(string column)
    {
        int index = OptionalColumn(column);
        return index >= 0 ? index : throw new ReportException(
            $"{_name}(1): the column \"{column}\" is missing. Found: {string.Join(", ", _header)}.");
    }

    /// <summary>The place of a column, or −1 where the file has none of that name.</summary>
    public int OptionalColumn(string column) => Array.IndexOf(_header, column);

    /// <summary>Goes to the next row.</summary>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="ReportException">The row has more or fewer fields than the header, or a quote is not closed.</exception>
    public bool Read()
    {
        if (!_rows.Next())
        {
            return _rows.OpenQuote ? throw Fault("a quoted field is never closed") : false;
        }

        return _rows.FieldCount == _header.Length ? true : throw Fault(
            $"the row has {_rows.FieldCount} fields, the header has {_header.Length}; the file may be cut off or damaged");
    }

    /// <summary>A field's bytes, until the next row is read.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => _rows.Field(column);

    /// <summary>A field as text.</summary>
    public string Text(int column) => Encoding.UTF8.GetString(_rows.Field(column));

    /// <summary>A field as a number; NaN where it is empty.</summary>
    /// <exception cref="ReportException">It is no number.</exception>
    public double Number(int column)
    {
        ReadOnlySpan<byte> field = _rows.Field(column);
        if (field.IsEmpty)
        {
            return double.NaN;
        }

        return double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw Fault($"{_header[column]}: \"{Text(column)}\" is not a number");
    }

    /// <summary>A field as an integer.</summary>
    /// <param name="column">The column.</param>
    /// <param name="least">The smallest value it can have.</param>
    /// <param name="most">The largest.</param>
    /// <exception cref="ReportException">It is no integer in that range.</exception>
    public long Integer(int column, long least = 0, long most = long.MaxValue)
    {
        bool isInteger = long.TryParse(_rows.Field(column), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number);
        if (!isInteger)
        {
            throw Fault($"{_header[column]}: \"{Text(column)}\" is not an integer");
        }

        return number >= least && number <= most ? number : throw Fault($"{_header[column]}: {Text(column)} is out of range");
    }

    /// <summary>Whether a field is empty: there is no such value.</summary>
    public bool IsEmpty(int column) => _rows.Field(column).IsEmpty;

    /// <summary>Whether a field holds exactly these bytes.</summary>
    public bool Is(int column, ReadOnlySpan<byte> text) => _rows.Field(column).SequenceEqual(text);

    /// <inheritdoc/>
    public void Dispose() => _rows.Dispose();

    private ReportException Fault(string what) => new($"{_name}({Line}): {what}.");
}
