using Straggler.Configuration;

namespace Straggler.Aggregation;

/// <summary>The configuration's <c>aggregation</c> section: what is done to updates and to their averages on their way into the model.</summary>
public sealed record AggregationOptions
{
    /// <summary>
    /// How the server moves along an average of deltas; for the strategies that average deltas. Its rate is the strategy's server_lr.
    /// </summary>
    public Choice<ServerOptimizerFactory> Optimizer { get; init; } = BuiltIns.ServerOptimizers.Choose("sgd");
}
