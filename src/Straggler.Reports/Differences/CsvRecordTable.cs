using Straggler.Reports.Records;

namespace Straggler.Reports.Differences;

/// <summary>A CSV file as a table to be held against another.</summary>
/// <param name="csv">The file; disposed with the table.</param>
internal sealed class CsvRecordTable(CsvReader csv) : IRecordTable
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Columns => csv.Header;

    private CsvReader Csv => csv;

    /// <inheritdoc/>
    public bool Read() => csv.Read();

    /// <inheritdoc/>
    public string Text(int column) => csv.Text(column);

    /// <inheritdoc/>
    public bool IsSurelyThatOf(IRecordTable other)
    {
        if (other is not CsvRecordTable { Csv: { } theirs } || theirs.Header.Count != csv.Header.Count)
        {
            return false;
        }

        for (int column = 0; column < csv.Header.Count; column++)
        {
            if (!csv.Is(column, theirs.Bytes(column)))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => csv.Dispose();
}
