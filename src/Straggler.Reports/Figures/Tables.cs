using System.Collections.Immutable;
using Straggler.Reports.Records;

namespace Straggler.Reports.Figures;

/// <summary>What the curves along a run have in common.</summary>
internal static class Tables
{
    /// <summary>The table of a curve: arrivals, virtual time, the quantity.</summary>
    public static DataTable Curve(Progress progress, ImmutableArray<EvaluationRow> rows, string quantity, Func<EvaluationRow, double> of)
    {
        ImmutableArray<string> columns = progress == Progress.Arrivals
            ? ["arrival", "virtual_time", quantity]
            : ["virtual_time", "arrival", quantity];
        return new(columns, [.. rows.Select<EvaluationRow, ImmutableArray<double>>(row => progress == Progress.Arrivals
            ? [row.Arrival, row.VirtualTime, of(row)]
            : [row.VirtualTime, row.Arrival, of(row)])]);
    }

    /// <summary>An evaluation's place along the run, in words.</summary>
    public static string At(Progress progress, EvaluationRow row) => progress == Progress.Arrivals
        ? NumberText.Count(row.Arrival, "arrival")
        : NumberText.Seconds(row.VirtualTime);
}
