using Straggler.Recording;

namespace Straggler.Experiments;

/// <summary>Writes clients.csv: a row for each client, at the end of a run.</summary>
public static class ClientsCsv
{
    /// <summary>The columns; a public contract.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["client", "samples", "test_samples", "arrivals", "mean_staleness", "accuracy", "energy_joules", "dispatches"];

    /// <summary>Writes the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="clients">The clients, in the order of their rows.</param>
    /// <exception cref="RunDirectoryException">It cannot be written.</exception>
    public static void Write(string path, IEnumerable<ClientRecord> clients) => CsvWriter.WriteTable(path, Columns, clients, (csv, client) =>
    {
        csv.Field(client.Client);
        csv.Field(client.Samples);
        csv.Field(client.TestSamples);
        csv.Field(client.Arrivals);
        csv.Field(client.MeanStaleness);
        csv.Field(client.Accuracy);
        csv.Field(client.EnergyJoules);
        csv.Field(client.Dispatches);
    });
}
