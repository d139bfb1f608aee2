using Straggler.Configuration;

namespace Straggler.Metrics;

/// <summary>One number measured at every evaluation: a column of metrics.csv.</summary>
public sealed record MetricDefinition : ICatalogEntry
{
    private readonly Func<RunStatistics, Func<ReadOnlySpan<double>, double>> _begin;

    private MetricDefinition(
        string name, string summary, string source, Func<RunStatistics, Func<ReadOnlySpan<double>, double>> begin)
    {
        Name = name;
        Summary = summary;
        Source = source;
        _begin = begin;
    }

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>What it says, with unit and range.</summary>
    public string Summary { get; }

    /// <summary>Where the definition comes from.</summary>
    public string Source { get; }

    /// <inheritdoc/>
    public Type OptionsType => typeof(NoOptions);

    /// <summary>A number that follows from what the run has counted when the evaluation is due.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="summary">What it says, with unit and range.</param>
    /// <param name="source">Where the definition comes from.</param>
    /// <param name="measure">Computes it.</param>
    public static MetricDefinition OfRun(string name, string summary, string source, Func<RunStatistics, double> measure)
    {
        ArgumentNullException.ThrowIfNull(measure);
        return new(name, summary, source, run =>
        {
            double value = measure(run);
            return _ => value;
        });
    }

    /// <summary>A number that says how the clients' accuracies compare, those without test samples left out; NaN with fewer than two.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="summary">What it says, with unit and range.</param>
    /// <param name="source">Where the definition comes from.</param>
    /// <param name="measure">Computes it.</param>
    public static MetricDefinition OfClients(string name, string summary, string source, Func<ReadOnlySpan<double>, double> measure)
    {
        ArgumentNullException.ThrowIfNull(measure);
        return new(name, summary, source, _ => clients => Statistics.OfSeveral(clients, measure));
    }

    /// <summary>Reads the run as it stands now; what comes back computes the value when the clients' accuracies are known.</summary>
    internal Func<ReadOnlySpan<double>, double> Begin(RunStatistics run) => _begin(run);
}
