using System.Collections.Immutable;
using Straggler.Reports.Charts;
using Straggler.Reports.Records;

namespace Straggler.Reports.Figures;

/// <summary>The two measures of a run's progress that curves are drawn against.</summary>
/// <param name="Slug">Its part of the file name.</param>
/// <param name="Words">Its name in titles.</param>
/// <param name="Label">Its axis label.</param>
/// <param name="Of">Its value at an evaluation.</param>
internal sealed record Progress(string Slug, string Words, string Label, Func<EvaluationRow, double> Of)
{
    /// <summary>Virtual seconds: what waiting costs.</summary>
    public static Progress VirtualTime { get; } = new("virtual-time", "virtual time", "virtual time (s)", row => row.VirtualTime);

    /// <summary>Updates that reached the server: what training costs.</summary>
    public static Progress Arrivals { get; } = new("arrivals", "arrivals", "arrivals (client updates)", row => row.Arrival);

    /// <summary>The horizontal axis for a run's evaluations.</summary>
    public Axis AxisFor(IEnumerable<EvaluationRow> rows)
    {
        double last = rows.Select(Of).Where(double.IsFinite).DefaultIfEmpty(0).Max();
        return new(Label, LinearScale.Along(last) with { Whole = this == Arrivals });
    }

    /// <summary>The curve of a quantity.</summary>
    public ImmutableArray<Point> Curve(IReadOnlyList<EvaluationRow> rows, Func<EvaluationRow, double> quantity) =>
        [.. Sampling.Indices(rows.Count, Sampling.MostPoints).Select(index => new Point(Of(rows[index]), quantity(rows[index])))];
}
