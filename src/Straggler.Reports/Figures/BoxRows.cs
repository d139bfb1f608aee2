using System.Collections.Immutable;
using Straggler.Reports.Charts;

namespace Straggler.Reports.Figures;

/// <summary>Distributions side by side, a row each: how far they reach, where most of them lies, median and mean.</summary>
internal static class BoxRows
{
    /// <summary>The rows' axis: the first on top.</summary>
    /// <param name="label">What the rows are.</param>
    /// <param name="rows">Their names.</param>
    public static Axis Axis(string label, IEnumerable<string> rows) => new(label, new CategoryScale([.. rows.Reverse()]));

    /// <summary>The height of a row.</summary>
    /// <param name="row">The row, 0 on top.</param>
    /// <param name="rows">All rows.</param>
    public static double Height(int row, int rows) => rows - 1 - row;

    /// <summary>The marks.</summary>
    /// <param name="boxes">The distributions.</param>
    /// <param name="ends">What the ends of the lines are.</param>
    /// <param name="box">What the ends of the boxes are.</param>
    public static IEnumerable<Mark> Marks(IReadOnlyList<Box> boxes, string ends, string box)
    {
        ImmutableArray<string> tips = [.. boxes.Select(row => row.Tip)];
        double At(int row) => Height(row, boxes.Count);
        yield return new IntervalMark(ends, Ink.Blue, [.. boxes.Select((row, place) => new Interval(At(place), row.Low, row.High))]) { Tips = tips };
        yield return new BarMark(box, Ink.Blue, [.. boxes.Select((row, place) =>
            new Bar((row.LowerQuarter + row.UpperQuarter) / 2, row.UpperQuarter - row.LowerQuarter, At(place) - 0.24, At(place) + 0.24))], 0.35)
        { Tips = tips };
        yield return new DotMark("median", Ink.Blue, [.. boxes.Select((row, place) => new Point(row.Median, At(place)))], Large: true) { Tips = tips };
        yield return new DotMark("mean", Ink.Vermillion, [.. boxes.Select((row, place) => new Point(row.Mean, At(place)))], Hollow: true) { Tips = tips };
    }
}

/// <summary>A distribution.</summary>
/// <param name="Low">Where its line begins.</param>
/// <param name="LowerQuarter">Where its box begins.</param>
/// <param name="Median">Its median.</param>
/// <param name="UpperQuarter">Where its box ends.</param>
/// <param name="High">Where its line ends.</param>
/// <param name="Mean">Its mean.</param>
/// <param name="Tip">What the page says of it.</param>
internal readonly record struct Box(double Low, double LowerQuarter, double Median, double UpperQuarter, double High, double Mean, string Tip);
