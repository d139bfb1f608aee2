using System.ComponentModel.DataAnnotations;
using Straggler.Configuration;

namespace Straggler.Metrics;

/// <summary>The configuration's <c>eval</c> section.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Arrivals between evaluations; the initial and the final model are always evaluated.</summary>
    [Range(1, int.MaxValue)]
    public int EveryEvents { get; init; } = 50;

    /// <summary>The run stops at the first evaluation that reaches this accuracy; null to go on.</summary>
    [Range(0.0, 1.0)]
    public double? TargetAcc { get; init; }

    /// <summary>Accuracies for which the time, arrivals and server steps to reach them are reported.</summary>
    [ElementRange(0.0, 1.0)]
    public IReadOnlyList<double> Targets { get; init; } = [0.6, 0.7, 0.8];
}
