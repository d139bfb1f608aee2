using System.Collections.Immutable;
using Straggler.Reports.Charts;
using Straggler.Reports.Records;

namespace Straggler.Reports.Figures;

/// <summary>A measure of a run's progress that curves are drawn against.</summary>
/// <param name="Slug">Its part of the file name.</param>
/// <param name="Words">Its name in titles.</param>
/// <param name="Label">Its axis label.</param>
/// <param name="Column">Its name in tables of numbers.</param>
/// <param name="Of">Its value at an evaluation.</param>
/// <param name="Text">Its value in words.</param>
internal sealed record Progress(string Slug, string Words, string Label, string Column, Func<EvaluationRow, double> Of, Func<double, string> Text)
{
    /// <summary>Virtual seconds: what waiting costs.</summary>
    public static Progress VirtualTime { get; } = new("virtual-time", "virtual time", "virtual time (s)", "virtual_time", row => row.VirtualTime, NumberText.Seconds);

    /// <summary>Updates that reached the server: what training costs.</summary>
    public static Progress Arrivals { get; } = new(
        "arrivals", "arrivals", "arrivals (client updates)", "arrival", row => row.Arrival, value => NumberText.Count(value, "arrival"))
    { Whole = true };

    /// <summary>Steps of the server's model: what moving it costs.</summary>
    public static Progress ServerSteps { get; } = new(
        "server-steps", "server steps", "server steps (versions)", "server_steps", row => row.ServerSteps, value => NumberText.Count(value, "server step"))
    { Whole = true };

    /// <summary>What clients sent: what the network costs.</summary>
    public static Progress Traffic { get; } = new(
        "megabytes-up", "data sent to the server", "sent to the server (MB)", "megabytes_up", row => row.BytesUp / 1e6, value => NumberText.Bytes(1e6 * value));

    /// <summary>All of them.</summary>
    public static ImmutableArray<Progress> All { get; } = [VirtualTime, Arrivals, ServerSteps, Traffic];

    /// <summary>Whether its values are whole numbers.</summary>
    public bool Whole { get; init; }

    /// <summary>The horizontal axis for a run's evaluations.</summary>
    public Axis AxisFor(IEnumerable<EvaluationRow> rows) => AxisTo(rows.Select(Of).Where(double.IsFinite).DefaultIfEmpty(0).Max());

    /// <summary>The horizontal axis up to a value.</summary>
    public Axis AxisTo(double last) => new(Label, LinearScale.Along(last) with { Whole = Whole });

    /// <summary>Whether a run need not have recorded it.</summary>
    public bool IsOptional => this == ServerSteps || this == Traffic;

    /// <summary>Whether a run moved along it.</summary>
    public bool IsKnown(IEnumerable<EvaluationRow> rows) => rows.Any(row => Of(row) > 0);

    /// <summary>The curve of a quantity.</summary>
    public ImmutableArray<Point> Curve(IReadOnlyList<EvaluationRow> rows, Func<EvaluationRow, double> quantity) =>
        [.. Sampling.Indices(rows.Count, Sampling.MostPoints).Select(index => new Point(Of(rows[index]), quantity(rows[index])))];
}
