using System.ComponentModel.DataAnnotations;

namespace Straggler.Experiments.Sweeps;

/// <summary>Asynchronous successive halving: trials get more arrivals only while they are among the best at what they have had.</summary>
/// <remarks>
/// L. Li et al., "A system for massively parallel hyperparameter tuning", MLSys 2020, arXiv:1810.05934, algorithm 2. The resource is
/// <c>rounds</c>; a trial that is promoted goes on from its checkpoint, so nothing is computed twice.
/// </remarks>
public sealed record HalvingOptions
{
    /// <summary>What ranks the trials.</summary>
    public HalvingMetric Metric { get; init; } = HalvingMetric.Accuracy;

    /// <summary>Arrivals of the first rung, r.</summary>
    [Range(1L, long.MaxValue)]
    public long MinRounds { get; init; } = 100;

    /// <summary>Of each rung, one in so many is promoted, and gets so many times the arrivals: η.</summary>
    [Range(2, 100)]
    public int Reduction { get; init; } = 3;
}

/// <summary>What ranks trials.</summary>
public enum HalvingMetric
{
    /// <summary>The last accuracy; higher is better.</summary>
    Accuracy,

    /// <summary>The last loss; lower is better.</summary>
    Loss,
}
