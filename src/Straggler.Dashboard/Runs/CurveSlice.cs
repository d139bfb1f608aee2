using System.Collections.Immutable;

namespace Straggler.Dashboard.Runs;

/// <summary>Evaluations that follow those that a page has got.</summary>
/// <param name="Generation">Changes when the rows begin anew.</param>
/// <param name="From">The evaluations before them; 0 to begin anew.</param>
/// <param name="Count">How many the page has got with them.</param>
/// <param name="Columns">Their values, in the order of <see cref="Curve.Columns"/>.</param>
internal sealed record CurveSlice(int Generation, int From, int Count, ImmutableArray<ImmutableArray<double>> Columns)
{
    /// <summary>Takes them; null where there is nothing new.</summary>
    public static CurveSlice? Of(Curve curve, int generation, int count)
    {
        int from = generation == curve.Generation ? count : 0;
        return from == curve.Count && generation == curve.Generation ? null
            : new(curve.Generation, from, curve.Count, [.. Curve.Columns.Select(column => curve[column].Skip(from).ToImmutableArray())]);
    }
}
