using System.Collections.Immutable;
using System.Globalization;

namespace Straggler.Reports.Records;

/// <summary>What one client trains on: a row of partition.csv.</summary>
/// <param name="Client">The client, 0-based.</param>
/// <param name="Counts">Its training samples of each class.</param>
internal readonly record struct PartitionRow(long Client, ImmutableArray<double> Counts)
{
    /// <summary>Reads partition.csv.</summary>
    /// <param name="csv">The file.</param>
    public static ImmutableArray<PartitionRow> ReadAll(CsvReader csv)
    {
        int client = csv.Column("client");
        List<int> classes = [];
        for (int place = csv.Column(Column(0)); place >= 0; place = csv.OptionalColumn(Column(classes.Count)))
        {
            classes.Add(place);
        }

        ImmutableArray<PartitionRow>.Builder rows = ImmutableArray.CreateBuilder<PartitionRow>();
        while (csv.Read())
        {
            rows.Add(new(csv.Integer(client), [.. classes.Select(place => (double)csv.Integer(place))]));
        }

        return rows.ToImmutable();
    }

    private static string Column(int label) => string.Create(CultureInfo.InvariantCulture, $"class_{label}");
}
