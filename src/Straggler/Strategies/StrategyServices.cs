using Straggler.Aggregation;
using Straggler.Privacy;
using Straggler.Scheduling;
using Straggler.Simulation;
using Straggler.Training;

namespace Straggler.Strategies;

/// <summary>What a strategy may know about the run when it is made.</summary>
/// <param name="ParameterCount">Length of the flat vector.</param>
/// <param name="TrainableCount">Length of its trained prefix.</param>
/// <param name="ClientCount">Number of clients n.</param>
/// <param name="Concurrency">Most clients in flight at once, C.</param>
/// <param name="Redispatch">When arrivals are answered.</param>
public sealed record StrategyServices(int ParameterCount, int TrainableCount, int ClientCount, int Concurrency, Redispatch Redispatch)
{
    /// <summary>Training samples of each client, n_i; empty where nothing is known of them, and all count alike.</summary>
    public IReadOnlyList<int> Samples { get; init; } = [];

    /// <summary>The clients' recipe: learning rate, epochs, batch size.</summary>
    public LocalTrainingOptions Local { get; init; } = new();

    /// <summary>What is done to averages of deltas on their way into the model.</summary>
    public AggregationOptions Aggregation { get; init; } = new();

    /// <summary>The run's random streams, for the noise of <see cref="Aggregation"/> and for nothing else.</summary>
    public RandomStreams Streams { get; init; } = new(0);

    /// <summary>Whether arrivals say with which probability their client was drawn (<see cref="Arrival.Probability"/>), for a strategy that needs it.</summary>
    public bool KnowsProbabilities { get; init; } = true;

    /// <summary>What the noise of <see cref="Aggregation"/> has let be known of each client.</summary>
    public PrivacyLedger Privacy { get; } = new(ClientCount);

    /// <summary>A client's share of all samples, n_i/Σn.</summary>
    /// <param name="client">The client, 0-based.</param>
    public double ShareOf(int client) => Samples.Count == 0 ? 1.0 / ClientCount : (double)Samples[client] / TotalSamples;

    /// <summary>Sums <see cref="Samples"/> up where they may change, as those of live clients do; null where they stay.</summary>
    public Func<long>? SumOfSamples { get; init; }

    private long TotalSamples => SumOfSamples?.Invoke() ?? (_totalSamples ??= Samples.Sum(samples => (long)samples));

    private long? _totalSamples;
}
