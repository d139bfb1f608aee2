using System.Collections.Immutable;

namespace Straggler.Reports.Charts;

/// <summary>What a figure shows, without saying how it is drawn: image files and page draw the same chart.</summary>
/// <param name="Title">Says what is shown.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Marks">What is drawn, from back to front.</param>
internal sealed record Chart(string Title, Axis X, Axis Y, ImmutableArray<Mark> Marks)
{
    /// <summary>Height of a row of a chart whose vertical axis names rows, in CSS pixels.</summary>
    private const double RowHeight = 15;

    /// <summary>A second line of the title, for image files; null for none.</summary>
    public string? Subtitle { get; init; }

    /// <summary>Whether the page gives the chart its whole width.</summary>
    public bool Broad { get; init; }

    /// <summary>How much higher than usual the chart is drawn.</summary>
    public double Stretch { get; init; } = 1;

    /// <summary>The <see cref="Stretch"/> that gives each of so many rows room for its label.</summary>
    /// <param name="rows">The rows.</param>
    public static double StretchFor(int rows) => Math.Max(1, ((rows * RowHeight) + 70) / 300);

    /// <summary>The marks that the legend explains; a chart of one mark needs no legend.</summary>
    public ImmutableArray<Mark> Legend => Marks.Count(mark => mark.Name is not null) > 1 ? [.. Marks.Where(mark => mark.Name is not null)] : [];
}

/// <summary>An axis.</summary>
/// <param name="Label">Quantity and unit.</param>
/// <param name="Scale">Range and ticks.</param>
internal sealed record Axis(string Label, Scale Scale);

/// <summary>Something drawn in a chart.</summary>
/// <param name="Name">Its name in the legend; null for none.</param>
/// <param name="Ink">Its colour.</param>
internal abstract record Mark(string? Name, Ink Ink)
{
    /// <summary>The name in the legend that the mark belongs to, its own or that of another mark.</summary>
    public string? Series { get; init; } = Name;

    /// <summary>What the page says of each of its parts; empty where their values say it.</summary>
    public ImmutableArray<string> Tips { get; init; } = [];
}

/// <summary>A line through points; a NaN makes a gap.</summary>
/// <param name="Name">Its name in the legend; null for none.</param>
/// <param name="Ink">Its colour.</param>
/// <param name="Points">The points, left to right.</param>
/// <param name="Dashed">Whether the line is dashed.</param>
internal sealed record LineMark(string? Name, Ink Ink, ImmutableArray<Point> Points, bool Dashed = false) : Mark(Name, Ink);

/// <summary>A shaded area between two heights; a NaN makes a gap.</summary>
/// <param name="Ink">Its colour.</param>
/// <param name="Edges">Both heights at each place, left to right.</param>
internal sealed record BandMark(Ink Ink, ImmutableArray<BandEdge> Edges) : Mark(null, Ink)
{
    /// <summary>How strong the colour is: lines on top stay readable where bands overlap.</summary>
    public const double Shade = 0.18;

    /// <summary>The stretches without gaps.</summary>
    public IEnumerable<ImmutableArray<BandEdge>> Stretches()
    {
        List<BandEdge> stretch = [];
        foreach (BandEdge edge in Edges)
        {
            if (double.IsFinite(edge.Low) && double.IsFinite(edge.High))
            {
                stretch.Add(edge);
            }
            else if (stretch.Count > 0)
            {
                yield return [.. stretch];
                stretch.Clear();
            }
        }

        if (stretch.Count > 0)
        {
            yield return [.. stretch];
        }
    }
}

/// <summary>Separate points.</summary>
/// <param name="Name">Its name in the legend; null for none.</param>
/// <param name="Ink">Its colour.</param>
/// <param name="Points">The points.</param>
/// <param name="Large">Whether they are few and stand out, or many and small.</param>
/// <param name="Hollow">Whether only their outline is drawn.</param>
internal sealed record DotMark(string? Name, Ink Ink, ImmutableArray<Point> Points, bool Large = false, bool Hollow = false) : Mark(Name, Ink);

/// <summary>Horizontal lines with an upright at either end, such as confidence intervals.</summary>
/// <param name="Name">Its name in the legend; null for none.</param>
/// <param name="Ink">Its colour.</param>
/// <param name="Intervals">The lines.</param>
internal sealed record IntervalMark(string? Name, Ink Ink, ImmutableArray<Interval> Intervals) : Mark(Name, Ink);

/// <summary>Short texts, centred at their places.</summary>
/// <param name="Texts">The texts.</param>
/// <param name="OnStrong">Whether they stand on a strong colour.</param>
internal sealed record TextMark(ImmutableArray<PlacedText> Texts, bool OnStrong) : Mark(null, Ink.Black);

/// <summary>Vertical bars, or the cells of a table in one shade.</summary>
/// <param name="Name">Its name in the legend; null for none.</param>
/// <param name="Ink">Its colour.</param>
/// <param name="Bars">The bars.</param>
/// <param name="Shade">How strong the colour is, above 0 to 1.</param>
internal sealed record BarMark(string? Name, Ink Ink, ImmutableArray<Bar> Bars, double Shade = 1) : Mark(Name, Ink);

/// <summary>A dashed horizontal line across the chart.</summary>
/// <param name="Name">Its name in the legend; null for none.</param>
/// <param name="Ink">Its colour.</param>
/// <param name="Value">Its height.</param>
internal sealed record LevelMark(string? Name, Ink Ink, double Value) : Mark(Name, Ink);

/// <summary>A dashed vertical line across the chart.</summary>
/// <param name="Name">Its name in the legend; null for none.</param>
/// <param name="Ink">Its colour.</param>
/// <param name="Value">Its place on the horizontal axis.</param>
internal sealed record PlaceMark(string? Name, Ink Ink, double Value) : Mark(Name, Ink);

/// <summary>The two heights of a band at a place, in the units of the axes.</summary>
/// <param name="X">Horizontal place.</param>
/// <param name="Low">Lower height.</param>
/// <param name="High">Upper height.</param>
internal readonly record struct BandEdge(double X, double Low, double High);

/// <summary>A point, in the units of the axes.</summary>
/// <param name="X">Horizontal place.</param>
/// <param name="Y">Height.</param>
internal readonly record struct Point(double X, double Y)
{
    /// <summary>Whether the point can be drawn.</summary>
    public bool IsFinite => double.IsFinite(X) && double.IsFinite(Y);
}

/// <summary>A horizontal line, in the units of the axes.</summary>
/// <param name="Y">Its height.</param>
/// <param name="Low">Its left end.</param>
/// <param name="High">Its right end.</param>
internal readonly record struct Interval(double Y, double Low, double High);

/// <summary>A text at a place, in the units of the axes.</summary>
/// <param name="X">Its middle on the horizontal axis.</param>
/// <param name="Y">Its middle on the vertical axis.</param>
/// <param name="Text">The text.</param>
internal readonly record struct PlacedText(double X, double Y, string Text);

/// <summary>A bar, in the units of the axes.</summary>
/// <param name="Centre">Its middle on the horizontal axis.</param>
/// <param name="Width">Its width there.</param>
/// <param name="Bottom">Where it starts.</param>
/// <param name="Top">Where it ends.</param>
internal readonly record struct Bar(double Centre, double Width, double Bottom, double Top);
