using System.Collections.Immutable;
using Straggler.Recording;

namespace Straggler.Metrics;

/// <summary>Everything counted over a run so far; the metric table reads from it.</summary>
/// <param name="clientCount">Number of clients n.</param>
/// <param name="modelBytes">Bytes of the model on the wire, in each direction.</param>
public sealed class RunStatistics(int clientCount, long modelBytes)
{
    private readonly double[] _arrivalsByClient = new double[clientCount];
    private readonly double[] _stalenessByClient = new double[clientCount];

    /// <summary>Arrivals processed.</summary>
    public long Arrivals { get; private set; }

    /// <summary>Arrivals refused.</summary>
    public long Refused { get; private set; }

    /// <summary>Tasks dispatched.</summary>
    public long Dispatches { get; private set; }

    /// <summary>Gradient steps behind the updates that were awaited.</summary>
    public long GradientSteps { get; private set; }

    /// <summary>Staleness over all arrivals.</summary>
    public StalenessDistribution Staleness { get; } = new();

    /// <summary>Bytes sent to clients.</summary>
    public long BytesDown => Dispatches * modelBytes;

    /// <summary>Bytes received from clients, refused updates included.</summary>
    public long BytesUp => Arrivals * modelBytes;

    /// <summary>Arrivals of each client.</summary>
    public ReadOnlySpan<double> ArrivalsByClient => _arrivalsByClient;

    /// <summary>Per-client accuracies of the newest evaluation, those without test samples left out.</summary>
    public ImmutableArray<double> ClientAccuracy { get; private set; } = [];

    /// <summary>Mean staleness of a client's arrivals; NaN without any.</summary>
    public double MeanStaleness(int client) => _stalenessByClient[client] / _arrivalsByClient[client];

    /// <summary>Counts a dispatch.</summary>
    public void CountDispatch() => Dispatches++;

    /// <summary>Counts an arrival.</summary>
    public void Count(in UpdateRecord update, int gradientSteps)
    {
        Arrivals++;
        Refused += update.Outcome == UpdateOutcome.Applied ? 0 : 1;
        GradientSteps += gradientSteps;
        Staleness.Add(update.Staleness);
        _arrivalsByClient[update.Client]++;
        _stalenessByClient[update.Client] += update.Staleness;
    }

    /// <summary>Takes the per-client accuracies of an evaluation.</summary>
    public void Measure(ImmutableArray<double> clientAccuracy) =>
        ClientAccuracy = [.. clientAccuracy.Where(accuracy => !double.IsNaN(accuracy))];
}
