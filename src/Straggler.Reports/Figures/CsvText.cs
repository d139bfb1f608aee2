using System.Text;
using Straggler.Recording;

namespace Straggler.Reports.Figures;

/// <summary>Writes a figure's numbers as CSV, with all their digits.</summary>
internal static class CsvText
{
    /// <summary>The table as text; an empty cell for NaN.</summary>
    public static string Write(DataTable data)
    {
        StringBuilder text = new();
        text.AppendJoin(',', data.Columns.Select(CsvField.Quote)).Append('\n');
        for (int row = 0; row < data.Rows.Length; row++)
        {
            IEnumerable<string> numbers = data.Rows[row].Select(NumberText.Exact);
            text.AppendJoin(',', data.Words.IsEmpty ? numbers : numbers.Prepend(CsvField.Quote(data.Words[row]))).Append('\n');
        }

        return text.ToString();
    }
}
