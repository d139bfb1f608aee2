using System.Collections.Immutable;

namespace Straggler.Reports.Records;

/// <summary>One client over the whole run: a row of clients.csv.</summary>
/// <param name="Client">The client, 0-based.</param>
/// <param name="Samples">Training samples; NaN where they are not known.</param>
/// <param name="Arrivals">Arrivals.</param>
/// <param name="MeanStaleness">Mean staleness of its arrivals; NaN without any.</param>
/// <param name="Accuracy">The final model's accuracy on its test samples, 0 to 1; NaN without any.</param>
internal readonly record struct ClientRow(double Client, double Samples, double Arrivals, double MeanStaleness, double Accuracy)
{
    /// <summary>Tasks that it was sent; NaN where it was not written.</summary>
    public double Dispatches { get; init; } = double.NaN;

    /// <summary>Reads clients.csv.</summary>
    /// <param name="csv">The file.</param>
    public static ImmutableArray<ClientRow> ReadAll(CsvReader csv)
    {
        int client = csv.Column("client");
        int samples = csv.Column("samples");
        int arrivals = csv.Column("arrivals");
        int staleness = csv.Column("mean_staleness");
        int accuracy = csv.Column("accuracy");
        int dispatches = csv.OptionalColumn("dispatches");
        ImmutableArray<ClientRow>.Builder rows = ImmutableArray.CreateBuilder<ClientRow>();
        while (csv.Read())
        {
            rows.Add(new(csv.Integer(client), csv.IsEmpty(samples) ? double.NaN : csv.Integer(samples), csv.Integer(arrivals), csv.Number(staleness), csv.Number(accuracy))
            {
                Dispatches = dispatches < 0 ? double.NaN : csv.Integer(dispatches),
            });
        }

        return rows.ToImmutable();
    }
}
