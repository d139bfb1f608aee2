using System.Collections.Immutable;
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
        foreach (ImmutableArray<double> row in data.Rows)
        {
            text.AppendJoin(',', row.Select(NumberText.Exact)).Append('\n');
        }

        return text.ToString();
    }
}
