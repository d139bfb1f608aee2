using Straggler.Federation;
using Straggler.Simulation;

namespace Straggler.Recording;

/// <summary>One client over a whole run: a row of clients.csv.</summary>
/// <param name="Client">The client, 0-based.</param>
/// <param name="Samples">Training samples; null for a live client that has not told.</param>
/// <param name="TestSamples">Test samples its accuracy is measured on; null for a live client that measures it itself.</param>
/// <param name="Arrivals">Its arrivals.</param>
/// <param name="MeanStaleness">Mean staleness of its arrivals; NaN without any.</param>
/// <param name="Accuracy">The final model's accuracy on its test samples; NaN without any.</param>
public sealed record ClientRecord(int Client, int? Samples, int? TestSamples, long Arrivals, double MeanStaleness, double Accuracy)
{
    /// <summary>Joules of its tasks that arrived; NaN where no energy is counted.</summary>
    public double EnergyJoules { get; init; } = double.NaN;

    /// <summary>Tasks that it was sent.</summary>
    public required int Dispatches { get; init; }
}

/// <summary>Sums clients up.</summary>
public static class ClientRecords
{
    /// <summary>One record for each client, in order.</summary>
    public static IEnumerable<ClientRecord> Create(SimulationResult result, ClientPopulation population)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(population);
        return Enumerable.Range(0, population.Count).Select(client => new ClientRecord(
            client,
            population.KnownSamples(client),
            population.KnownTestSamples(client),
            result.Statistics.ArrivalsOf(client),
            result.Statistics.MeanStaleness(client),
            result.LastEvaluation.ClientAccuracy.IsEmpty ? double.NaN : result.LastEvaluation.ClientAccuracy[client])
        {
            EnergyJoules = result.Statistics.EnergyOf(client),
            Dispatches = result.TasksSent[client],
        });
    }
}
