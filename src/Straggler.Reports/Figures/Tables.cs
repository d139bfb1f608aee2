using System.Collections.Immutable;
using Straggler.Reports.Records;

namespace Straggler.Reports.Figures;

/// <summary>What the curves along a run have in common.</summary>
internal static class Tables
{
    /// <summary>The table of a curve: what it is drawn against, arrivals or virtual time, the quantity.</summary>
    public static DataTable Curve(Progress progress, ImmutableArray<EvaluationRow> rows, string quantity, Func<EvaluationRow, double> of)
    {
        Progress other = progress == Progress.VirtualTime ? Progress.Arrivals : Progress.VirtualTime;
        return new([progress.Column, other.Column, quantity], [.. rows.Select<EvaluationRow, ImmutableArray<double>>(row => [progress.Of(row), other.Of(row), of(row)])]);
    }

    /// <summary>An evaluation's place along the run, in words.</summary>
    public static string At(Progress progress, EvaluationRow row) => progress.Text(progress.Of(row));
}
