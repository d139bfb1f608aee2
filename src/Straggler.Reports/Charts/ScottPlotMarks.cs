using System.Collections.Immutable;
using ScottPlot;
using ScottPlot.Plottables;

namespace Straggler.Reports.Charts;

/// <summary>Adds a chart's marks to a ScottPlot plot.</summary>
internal static class ScottPlotMarks
{
    /// <summary>Above this many points a line is drawn without its points.</summary>
    public const int MostMarkers = 60;

    /// <summary>Half the height of the uprights at the ends of intervals, in rows.</summary>
    public const double CapHeight = 0.14;

    /// <summary>Adds a mark.</summary>
    /// <param name="plot">Receives it.</param>
    /// <param name="chart">Its chart, for the scales.</param>
    /// <param name="mark">The mark.</param>
    public static void Add(Plot plot, Chart chart, Mark mark)
    {
        Color colour = Color.FromHex(mark.Ink.Hex());
        string name = chart.Legend.Contains(mark) ? mark.Name! : "";
        switch (mark)
        {
            case LineMark line:
                AddLine(plot, chart, line, colour, name);
                break;
            case BandMark band:
                AddBand(plot, chart, band, colour);
                break;
            case DotMark dots:
                AddDots(plot, chart, dots, colour, name);
                break;
            case IntervalMark intervals:
                AddIntervals(plot, intervals, colour, name);
                break;
            case TextMark texts:
                AddTexts(plot, chart, texts, colour);
                break;
            case BarMark bars:
                AddBars(plot, chart, bars, colour, name);
                break;
            case LevelMark level:
                Style(plot.Add.HorizontalLine(chart.Y.Scale.Place(level.Value)), colour, name);
                break;
            case PlaceMark place:
                Style(plot.Add.VerticalLine(chart.X.Scale.Place(place.Value)), colour, name);
                break;
            default:
                throw new InvalidOperationException($"A {mark.GetType().Name} cannot be drawn.");
        }
    }

    private static void AddLine(Plot plot, Chart chart, LineMark line, Color colour, string name)
    {
        Coordinates[] places = [.. line.Points.Select(point => Place(chart, point))];
        Scatter scatter = plot.Add.Scatter(places, colour);
        scatter.LineWidth = 1.75f;
        scatter.LinePattern = line.Dashed ? LinePattern.DenselyDashed : LinePattern.Solid;
        scatter.MarkerSize = line.Dashed || places.Length > MostMarkers ? 0 : 5;
        scatter.LegendText = name;
    }

    private static void AddBand(Plot plot, Chart chart, BandMark band, Color colour)
    {
        foreach (ImmutableArray<BandEdge> stretch in band.Stretches())
        {
            Polygon area = plot.Add.Polygon(
            [
                .. stretch.Select(edge => Place(chart, new(edge.X, edge.High))),
                .. stretch.Reverse().Select(edge => Place(chart, new(edge.X, edge.Low))),
            ]);
            area.FillColor = colour.WithAlpha(BandMark.Shade);
            area.LineWidth = 0;
        }
    }

    private static void AddDots(Plot plot, Chart chart, DotMark dots, Color colour, string name)
    {
        Markers markers = plot.Add.Markers(dots.Points.Where(point => point.IsFinite).Select(point => Place(chart, point)).ToArray());
        markers.MarkerShape = dots.Hollow ? MarkerShape.OpenCircle : MarkerShape.FilledCircle;
        markers.MarkerSize = dots.Large ? 9 : dots.Hollow ? 7 : 5;
        markers.Color = dots.Large || dots.Hollow ? colour : colour.WithAlpha(0.55);
        markers.MarkerLineWidth = dots.Hollow ? 1.5f : markers.MarkerLineWidth;
        markers.LegendText = name;
    }

    private static void AddIntervals(Plot plot, IntervalMark mark, Color colour, string name)
    {
        foreach ((double y, double low, double high) in mark.Intervals)
        {
            foreach (LinePlot line in (LinePlot[])
                [plot.Add.Line(low, y, high, y), plot.Add.Line(low, y - CapHeight, low, y + CapHeight), plot.Add.Line(high, y - CapHeight, high, y + CapHeight)])
            {
                line.Color = colour;
                line.LineWidth = 1.75f;
                line.LegendText = name;
                name = "";
            }
        }
    }

    private static void AddTexts(Plot plot, Chart chart, TextMark mark, Color colour)
    {
        foreach ((double x, double y, string words) in mark.Texts)
        {
            Coordinates place = Place(chart, new(x, y));
            Text text = plot.Add.Text(words, place.X, place.Y);
            text.LabelFontColor = mark.OnStrong ? Colors.White : colour;
            text.LabelFontSize = 11;
            text.LabelAlignment = Alignment.MiddleCenter;
        }
    }

    private static void AddBars(Plot plot, Chart chart, BarMark mark, Color colour, string name)
    {
        BarPlot bars = plot.Add.Bars(mark.Bars.Where(bar => double.IsFinite(bar.Top)).Select(bar => new ScottPlot.Bar
        {
            Position = chart.X.Scale.Place(bar.Centre),
            Size = bar.Width,
            ValueBase = bar.Bottom,
            Value = bar.Top,
            FillColor = mark.Shade < 1 ? colour.WithAlpha(mark.Shade) : colour,
            LineWidth = 0,
        }).ToArray());
        bars.LegendText = name;
    }

    private static void Style(AxisLine line, Color colour, string name)
    {
        line.Color = colour;
        line.LineWidth = 1.25f;
        line.LinePattern = LinePattern.DenselyDashed;
        line.LegendText = name;
    }

    private static Coordinates Place(Chart chart, Point point) => new(chart.X.Scale.Place(point.X), chart.Y.Scale.Place(point.Y));
}
