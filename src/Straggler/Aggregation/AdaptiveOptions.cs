using System.ComponentModel.DataAnnotations;
using Straggler.Configuration;

namespace Straggler.Aggregation;

/// <summary>Options of the server's Adam and Yogi.</summary>
public sealed record AdamOptimizerOptions
{
    /// <summary>β₁, how much of the direction is kept; the paper's 0.9.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    [ConfigKey("beta1", Aliases = ["beta_1"])]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂, how much of the second moment is kept; the paper's 0.99.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    [ConfigKey("beta2", Aliases = ["beta_2"])]
    public double Beta2 { get; init; } = 0.99;

    /// <summary>ε (the paper's τ), the degree of adaptivity: smaller adapts more. The paper's 10⁻³.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("epsilon", Aliases = ["eps", "tau"])]
    public double Epsilon { get; init; } = 1e-3;

    /// <summary>v before the first step; null for ε², the least that the paper allows.</summary>
    [Range(0.0, 1e12)]
    public double? InitialAccumulator { get; init; }
}

/// <summary>Options of the server's Adagrad.</summary>
public sealed record AdagradOptimizerOptions
{
    /// <summary>β₁, how much of the direction is kept; 0, as in the paper's experiments.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    [ConfigKey("beta1", Aliases = ["beta_1"])]
    public double Beta1 { get; init; }

    /// <summary>ε (the paper's τ), the degree of adaptivity: smaller adapts more. The paper's 10⁻³.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("epsilon", Aliases = ["eps", "tau"])]
    public double Epsilon { get; init; } = 1e-3;

    /// <summary>v before the first step; null for ε², the least that the paper allows.</summary>
    [Range(0.0, 1e12)]
    public double? InitialAccumulator { get; init; }
}
