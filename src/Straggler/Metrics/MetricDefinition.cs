using Straggler.Configuration;

namespace Straggler.Metrics;

/// <summary>One number measured at every evaluation: a column of metrics.csv.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Summary">What it says, with unit and range.</param>
/// <param name="Source">Where the definition comes from.</param>
/// <param name="Measure">Computes it.</param>
public sealed record MetricDefinition(string Name, string Summary, string Source, Func<RunStatistics, double> Measure) : ICatalogEntry
{
    /// <inheritdoc/>
    public Type OptionsType => typeof(NoOptions);
}
