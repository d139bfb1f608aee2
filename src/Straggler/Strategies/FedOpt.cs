using System.ComponentModel.DataAnnotations;
using Straggler.Aggregation;
using Straggler.Configuration;

namespace Straggler.Strategies;

/// <summary>Options of <c>fedavgm</c>.</summary>
public sealed record FedAvgMOptions : FedAvgOptions
{
    /// <summary>β, how much of the last direction is kept; 0.9, the value that the paper recommends.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; init; } = 0.9;
}

/// <summary>Options of <c>fedadam</c> and <c>fedyogi</c>.</summary>
public sealed record FedAdamOptions : FedAvgOptions
{
    /// <summary>Starts from the server learning rate that suits adaptive steps.</summary>
    public FedAdamOptions() => ServerLearningRate = FedOpt.AdaptiveRate;

    /// <summary>β₁, β₂, ε and the initial accumulator.</summary>
    [SameSection]
    public AdamOptimizerOptions Moments { get; init; } = new();
}

/// <summary>Options of <c>fedadagrad</c>.</summary>
public sealed record FedAdagradOptions : FedAvgOptions
{
    /// <summary>Starts from the server learning rate that suits adaptive steps.</summary>
    public FedAdagradOptions() => ServerLearningRate = FedOpt.AdaptiveRate;

    /// <summary>β₁, ε and the initial accumulator.</summary>
    [SameSection]
    public AdagradOptimizerOptions Moments { get; init; } = new();
}

/// <summary>FedAvg whose server moves along the round's average by an optimizer of its own: FedAvgM, FedAdam, FedYogi, FedAdagrad.</summary>
/// <remarks>
/// Sources: FedAvgM, T. Hsu, H. Qi, M. Brown, 2019, arXiv 1909.06335; the adaptive ones, S. Reddi et al., "Adaptive federated optimization",
/// ICLR 2021, arXiv 2003.00295, Algorithm 2. The same as <c>fedavg</c> with <c>aggregation.optimizer</c>, which these strategies
/// therefore refuse. Deviation: averages are weighted by samples, as in the paper's experiments; <c>weighting: uniform</c> is Algorithm 2.
/// </remarks>
public static class FedOpt
{
    /// <summary>The server learning rate of adaptive steps, each of which is about as long in every element.</summary>
    internal const double AdaptiveRate = 0.01;

    /// <summary>Makes FedAvg with a server optimizer.</summary>
    /// <param name="options">The options of its rounds.</param>
    /// <param name="optimizer">The optimizer's name.</param>
    /// <param name="moments">The optimizer's options.</param>
    /// <param name="services">The run.</param>
    /// <exception cref="InvalidOptionException">The configuration names another optimizer.</exception>
    public static FedAvg Create(FedAvgOptions options, string optimizer, object moments, StrategyServices services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Aggregation.Optimizer != new AggregationOptions().Optimizer)
        {
            throw new InvalidOptionException("aggregation.optimizer",
                $"the strategy brings its own optimizer, {optimizer}. Use strategy: fedavg with {services.Aggregation.Optimizer.Name}.");
        }

        Choice<ServerOptimizerFactory> own = BuiltIns.ServerOptimizers.Choose(optimizer) with { Options = moments };
        return new(options, services with { Aggregation = services.Aggregation with { Optimizer = own } });
    }
}
