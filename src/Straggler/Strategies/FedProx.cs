using System.ComponentModel.DataAnnotations;
using Straggler.Configuration;
using Straggler.Training;

namespace Straggler.Strategies;

/// <summary>Options of <c>fedprox</c>.</summary>
public sealed record FedProxOptions : FedAvgOptions
{
    /// <summary>μ of the clients' proximal term μ/2‖w − x‖²; 0.01, the least of those that the paper tunes over above 0.001.</summary>
    [Range(0.0, 1e6)]
    [ConfigKey("proximal", Aliases = ["mu"])]
    public double Proximal { get; init; } = 0.01;
}

/// <summary>FedProx: FedAvg whose clients minimise f_i(w) + μ/2‖w − x‖².</summary>
/// <remarks>
/// Source: T. Li et al., "Federated optimization in heterogeneous networks", MLSys 2020, arXiv 1812.06127, Algorithm 2. The paper's
/// partial work (γ-inexact solutions) is the scheduler's and the clients' affair: an update of fewer steps counts like any other.
/// Deviation: rounds are sampled uniformly and averaged by samples, as in the paper's experiments; its Algorithm 2 samples by n_i/n and
/// averages uniformly.
/// </remarks>
public static class FedProx
{
    /// <summary>Makes FedAvg with a proximal term.</summary>
    public static FedAvg Create(FedProxOptions options, StrategyServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(options, services, new ClientAlgorithm { ProximalCoefficient = options.Proximal });
    }
}
