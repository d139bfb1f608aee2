using Straggler.Configuration;
using Straggler.Delays;
using Straggler.Partitioning;
using Straggler.Staleness;
using Straggler.Strategies;

namespace Straggler;

/// <summary>The one table of everything that a configuration can name: config name, summary, source, options, factory.</summary>
/// <remarks>Models and data sets have a table of their own beside the library that knows tensors.</remarks>
public static class BuiltIns
{
    /// <summary>Server strategies.</summary>
    public static Catalog<StrategyFactory> Strategies { get; } = new("strategy",
    [
    ]);

    /// <summary>Weights by staleness.</summary>
    public static Catalog<IStalenessWeight> StalenessWeights { get; } = new("staleness function",
    [
    ]);

    /// <summary>Distributions of delays and link speeds.</summary>
    public static Catalog<IDistribution> Distributions { get; } = new("distribution",
    [
    ]);

    /// <summary>Ways to deal the training samples out.</summary>
    public static Catalog<IPartitioner> Partitioners { get; } = new("partitioner",
    [
    ]);
}
