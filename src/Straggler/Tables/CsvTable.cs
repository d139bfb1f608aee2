using System.Globalization;

namespace Straggler.Tables;

/// <summary>A table that a user brings: CSV with a header line, comma separated, UTF-8, LF or CRLF, optional double quotes.</summary>
/// <remarks>Read whole. Lines that are empty are passed over. Immutable and thread-safe.</remarks>
public sealed class CsvTable
{
    private readonly Dictionary<string, int> _places = [];
    private readonly List<(int Line, CsvField[] Fields)> _rows = [];

    private CsvTable(string file) => File = file;

    /// <summary>The file, as messages name it.</summary>
    public string File { get; }

    /// <summary>Names of the columns, in order.</summary>
    public IReadOnlyCollection<string> Columns => _places.Keys;

    /// <summary>Rows below the header.</summary>
    public int RowCount => _rows.Count;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TableException">It cannot be read, is no table or has no rows.</exception>
    public static CsvTable Read(string path)
    {
        try
        {
            return Parse(path, System.IO.File.ReadLines(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new TableException(path, "the file cannot be read: " + failure.Message.TrimEnd('.'));
        }
    }

    /// <summary>Reads the lines of a table.</summary>
    /// <param name="file">What messages call it.</param>
    /// <param name="lines">The header line and the rows.</param>
    /// <exception cref="TableException">They are no table or there are no rows.</exception>
    public static CsvTable Parse(string file, IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        CsvTable table = new(file);
        int number = 0;
        foreach (string line in lines)
        {
            number++;
            if (line.Length > 0)
            {
                CsvField[] fields = CsvField.Split(line) ?? throw new TableException(file, number, 1, "a quote is not closed");
                table.Add(number, fields);
            }
        }

        return table.RowCount > 0 ? table : throw new TableException(file, "the table has no rows below its header line");
    }

    /// <summary>Whether there is a column of this name.</summary>
    public bool Has(string column) => _places.ContainsKey(column);

    /// <summary>A column of texts.</summary>
    /// <exception cref="TableException">There is no such column.</exception>
    public string[] Texts(string column)
    {
        int place = PlaceOf(column);
        return [.. _rows.Select(row => row.Fields[place].Text)];
    }

    /// <summary>A column of finite numbers.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="positive">Whether 0 is refused too; negative numbers always are.</param>
    /// <exception cref="TableException">There is no such column, or a field is something else.</exception>
    public double[] Numbers(string column, bool positive)
    {
        int place = PlaceOf(column);
        double[] numbers = new double[RowCount];
        for (int row = 0; row < numbers.Length; row++)
        {
            (int line, CsvField[] fields) = _rows[row];
            CsvField field = fields[place];
            bool read = double.TryParse(field.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[row]);
            if (!read || !double.IsFinite(numbers[row]) || numbers[row] < 0 || (positive && numbers[row] == 0))
            {
                throw new TableException(File, line, field.Column,
                    $"{column}: {Show(field.Text)} is not what belongs here. Expected a number {(positive ? "> 0" : ">= 0")}");
            }
        }

        return numbers;
    }

    private static string Show(string text) => text.Length == 0 ? "an empty field" : text.Length <= 60 ? $"\"{text}\"" : $"\"{text[..57]}...\"";

    private void Add(int line, CsvField[] fields)
    {
        if (_places.Count == 0)
        {
            foreach (CsvField field in fields)
            {
                if (!_places.TryAdd(field.Text.Trim(), _places.Count))
                {
                    throw new TableException(File, line, field.Column, $"the column {Show(field.Text)} stands there twice");
                }
            }
        }
        else if (fields.Length != _places.Count)
        {
            throw new TableException(File, line, 1, string.Create(CultureInfo.InvariantCulture,
                $"the row has {fields.Length} fields where the header line has {_places.Count}"));
        }
        else
        {
            _rows.Add((line, fields));
        }
    }

    private int PlaceOf(string column) => _places.TryGetValue(column, out int place) ? place
        : throw new TableException(File, 1, 1, $"there is no column {Show(column)}. The columns are {string.Join(", ", Columns)}");
}
