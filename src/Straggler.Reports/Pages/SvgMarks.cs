using System.Collections.Immutable;
using System.Text;
using Straggler.Reports.Charts;

namespace Straggler.Reports.Pages;

/// <summary>Draws a chart's marks as SVG elements.</summary>
internal static class SvgMarks
{
    /// <summary>Draws a mark.</summary>
    public static void Draw(Html html, SvgFrame frame, Mark mark)
    {
        switch (mark)
        {
            case LineMark line:
                DrawLine(html, frame, line);
                break;
            case BandMark band:
                DrawBand(html, frame, band);
                break;
            case DotMark dots:
                DrawDots(html, frame, dots.Points, dots.Ink, dots.Hollow ? "dot hollow" : dots.Large ? "dot large" : "dot", dots.Large ? 4.5 : dots.Hollow ? 3.4 : 2.6);
                break;
            case BarMark bars:
                DrawBars(html, frame, bars);
                break;
            case IntervalMark intervals:
                DrawIntervals(html, frame, intervals);
                break;
            case TextMark texts:
                DrawTexts(html, frame, texts);
                break;
            case LevelMark level:
                double y = frame.Place(new(0, level.Value)).Y;
                DrawRule(html, level.Ink, new(frame.Left, y), new(frame.Right, y));
                break;
            case PlaceMark place:
                double x = frame.Place(new(place.Value, 0)).X;
                DrawRule(html, place.Ink, new(x, frame.Top), new(x, frame.Bottom));
                break;
            default:
                throw new InvalidOperationException($"A {mark.GetType().Name} cannot be drawn.");
        }
    }

    private static void DrawLine(Html html, SvgFrame frame, LineMark line)
    {
        StringBuilder path = new();
        bool down = false;
        foreach (Point point in line.Points.Select(frame.Place))
        {
            if (point.IsFinite)
            {
                path.Append(down ? 'L' : 'M').Append(Html.Length(point.X)).Append(' ').Append(Html.Length(point.Y));
            }

            down = point.IsFinite;
        }

        html.Empty("path", ("class", $"line {line.Ink.CssClass()}{(line.Dashed ? " dashed" : "")}"), ("d", path.ToString()));
        if (!line.Dashed && line.Points.Length <= ScottPlotMarks.MostMarkers)
        {
            DrawDots(html, frame, line.Points, line.Ink, "dot solid", 2.4);
        }
    }

    private static void DrawBand(Html html, SvgFrame frame, BandMark band)
    {
        foreach (ImmutableArray<BandEdge> stretch in band.Stretches())
        {
            Point[] outline = [.. stretch.Select(edge => frame.Place(new(edge.X, edge.High))), .. stretch.Reverse().Select(edge => frame.Place(new(edge.X, edge.Low)))];
            html.Empty(
                "path",
                ("class", $"bar {band.Ink.CssClass()}"),
                ("fill-opacity", Html.Length(BandMark.Shade)),
                ("d", $"M{string.Join('L', outline.Select(point => $"{Html.Length(point.X)} {Html.Length(point.Y)}"))}Z"));
        }
    }

    private static void DrawDots(Html html, SvgFrame frame, IEnumerable<Point> points, Ink ink, string kind, double radius)
    {
        html.Open("g", ("class", $"{kind} {ink.CssClass()}"));
        foreach (Point point in points.Select(frame.Place).Where(point => point.IsFinite))
        {
            html.Empty("circle", ("cx", Html.Length(point.X)), ("cy", Html.Length(point.Y)), ("r", Html.Length(radius)));
        }

        html.Close("g");
    }

    private static void DrawIntervals(Html html, SvgFrame frame, IntervalMark mark)
    {
        html.Open("g", ("class", $"line {mark.Ink.CssClass()}"));
        foreach ((double y, double low, double high) in mark.Intervals)
        {
            Point top = frame.Place(new(low, y + ScottPlotMarks.CapHeight)), bottom = frame.Place(new(high, y - ScottPlotMarks.CapHeight));
            (string left, string right) = (Html.Length(top.X), Html.Length(bottom.X));
            (string up, string middle, string down) = (Html.Length(top.Y), Html.Length((top.Y + bottom.Y) / 2), Html.Length(bottom.Y));
            html.Empty("path", ("d", $"M{left} {up}V{down}M{left} {middle}H{right}M{right} {up}V{down}"));
        }

        html.Close("g");
    }

    private static void DrawTexts(Html html, SvgFrame frame, TextMark mark)
    {
        foreach ((double x, double y, string words) in mark.Texts)
        {
            Point place = frame.Place(new(x, y));
            html.Element(
                "text", words, ("class", mark.OnStrong ? "cell strong" : "cell"), ("x", Html.Length(place.X)), ("y", Html.Length(place.Y)), ("dy", ".35em"),
                ("text-anchor", "middle"));
        }
    }

    private static void DrawBars(Html html, SvgFrame frame, BarMark mark)
    {
        html.Open("g", BarAttributes(mark));
        foreach (Bar bar in mark.Bars.Where(bar => double.IsFinite(bar.Top)))
        {
            Point corner = frame.Place(new(bar.Centre - (bar.Width / 2), bar.Top));
            Point opposite = frame.Place(new(bar.Centre + (bar.Width / 2), bar.Bottom));
            html.Empty(
                "rect",
                ("x", Html.Length(corner.X)),
                ("y", Html.Length(corner.Y)),
                ("width", Html.Length(Math.Max(0.4, opposite.X - corner.X))),
                ("height", Html.Length(opposite.Y - corner.Y)));
        }

        html.Close("g");
    }

    /// <summary>Colour and, where it is not full, shade.</summary>
    public static (string, string)[] BarAttributes(BarMark mark) => mark.Shade < 1
        ? [("class", $"bar {mark.Ink.CssClass()}"), ("fill-opacity", Html.Length(mark.Shade))]
        : [("class", $"bar {mark.Ink.CssClass()}")];

    private static void DrawRule(Html html, Ink ink, Point from, Point to) => html.Empty(
        "path", ("class", $"line dashed {ink.CssClass()}"), ("d", $"M{Html.Length(from.X)} {Html.Length(from.Y)}L{Html.Length(to.X)} {Html.Length(to.Y)}"));
}
