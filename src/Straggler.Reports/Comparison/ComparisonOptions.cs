using System.Collections.Immutable;
using Straggler.Inference;

namespace Straggler.Reports.Comparison;

/// <summary>How runs are compared.</summary>
public sealed record ComparisonOptions
{
    /// <summary>Sections or keys of the configuration that make the method; empty for the server's side: strategy, aggregation, scheduler, compression.</summary>
    public ImmutableArray<string> Factors { get; init; } = [];

    /// <summary>The method that the others are tested against; null for the best of each measure.</summary>
    public string? Baseline { get; init; }

    /// <summary>Accuracies to be reached, 0 to 1.</summary>
    public ImmutableArray<double> Targets { get; init; } = [0.6, 0.7, 0.8];

    /// <summary>Virtual seconds at which runs are compared; null, and at most, as long as all runs of a scenario went on.</summary>
    public double? Time { get; init; }

    /// <summary>Arrivals at which runs are compared; null, and at most, as many as all runs of a scenario had.</summary>
    public double? Arrivals { get; init; }

    /// <summary>The level of confidence intervals, above 0 and below 1.</summary>
    public double Level { get; init; } = SampleSummary.DefaultLevel;
}
