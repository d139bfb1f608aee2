using System.ComponentModel.DataAnnotations;
using Straggler.Configuration;
using Straggler.Delays;

namespace Straggler.Availability;

/// <summary>The configuration's <c>partial_work</c> section: tasks of which only a share of the local steps is done.</summary>
/// <remarks>
/// Source: the stragglers of T. Li et al., "Federated optimization in heterogeneous networks" (FedProx), MLSys 2020, arXiv 1812.06127,
/// section 5.2, who do a uniformly random part of their epochs.
/// </remarks>
public sealed record PartialWorkOptions
{
    /// <summary>Probability that a task is partial; FedProx has 0, 0.5 and 0.9.</summary>
    [Range(0.0, 1.0)]
    public double Probability { get; init; } = 1;

    /// <summary>The distribution of the share of work in partial tasks; draws outside of [<see cref="MinFraction"/>, 1] are moved to its ends.</summary>
    [PositionalParameters("params")]
    public Choice<IDistribution> Dist { get; init; } =
        BuiltIns.Distributions.Choose("uniform") with { Options = new UniformOptions { Low = 0, High = 1 } };

    /// <summary>Least share of the work that is done. A tenth is our choice.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double MinFraction { get; init; } = 0.1;
}
