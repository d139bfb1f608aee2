using System.Globalization;
using Straggler.Reports.Charts;

namespace Straggler.Reports.Pages;

/// <summary>Draws a chart as SVG inside the page: in the page's font and colours, so that it follows dark mode and stays sharp.</summary>
/// <remarks>ScottPlot's SVG has its colours and glyph positions written in; it serves as a file, not inside a page.</remarks>
internal sealed class SvgChart
{
    private readonly Html _html = new();
    private readonly Chart _chart;
    private readonly SvgFrame _frame;

    private SvgChart(Chart chart, SvgSize size)
    {
        _chart = chart;
        _frame = new(chart, size);
    }

    /// <summary>Draws a chart.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="size">How large.</param>
    /// <returns>An svg element.</returns>
    public static string Draw(Chart chart, SvgSize size)
    {
        SvgChart drawing = new(chart, size);
        drawing.Draw(size);
        return drawing._html.ToString();
    }

    private void Draw(SvgSize size)
    {
        _html.Open(
            "svg", ("class", $"chart {size.CssClass}"), ("viewBox", $"0 0 {size.Width} {size.HeightOf(_chart)}"), ("role", "img"), ("aria-label", _chart.Title),
            ("data-frame", string.Join(' ', ((double[])[_frame.Left, _frame.Right, _frame.Top, _frame.Bottom]).Select(Html.Length))));
        DrawVerticalAxis();
        DrawHorizontalAxis();
        for (int place = 0; place < _chart.Marks.Length; place++)
        {
            DrawMark(_chart.Marks[place], place);
        }

        _html.Close("svg");
    }

    /// <summary>Draws a mark, in a group that says which series it belongs to where the page's script needs to know.</summary>
    private void DrawMark(Mark mark, int place)
    {
        int series = _chart.Legend.IndexOf(_chart.Legend.FirstOrDefault(named => named.Name == mark.Series)!);
        bool isPlain = series < 0 && mark.Tips.IsEmpty;
        if (!isPlain)
        {
            string number = place.ToString(CultureInfo.InvariantCulture);
            _html.Open("g", series < 0 ? [("data-m", number)] : [("data-m", number), ("data-s", series.ToString(CultureInfo.InvariantCulture))]);
        }

        SvgMarks.Draw(_html, _frame, mark);
        if (!isPlain)
        {
            _html.Close("g");
        }
    }

    private void DrawVerticalAxis()
    {
        foreach (Tick tick in _frame.YTicks)
        {
            string y = Html.Length(_frame.Y(tick.Place));
            if (_chart.Y.Scale is not CategoryScale)
            {
                _html.Empty("line", ("class", "grid"), ("x1", Html.Length(_frame.Left)), ("x2", Html.Length(_frame.Right)), ("y1", y), ("y2", y));
            }

            _html.Element(
                "text", _frame.Shortened(tick.Label), ("class", "tick"), ("x", Html.Length(_frame.Left - 7)), ("y", y), ("dy", ".35em"), ("text-anchor", "end"));
        }

        _html.Element("text", _chart.Y.Label, ("class", "label"), ("x", "2"), ("y", "12"));
    }

    private void DrawHorizontalAxis()
    {
        string bottom = Html.Length(_frame.Bottom);
        _html.Empty("line", ("class", "axis"), ("x1", Html.Length(_frame.Left)), ("x2", Html.Length(_frame.Right)), ("y1", bottom), ("y2", bottom));
        foreach (Tick tick in _frame.XTicks)
        {
            string x = Html.Length(_frame.X(tick.Place));
            _html.Empty("line", ("class", "axis"), ("x1", x), ("x2", x), ("y1", bottom), ("y2", Html.Length(_frame.Bottom + 4)));
            _html.Element(
                "text", tick.Label, ("class", "tick"), ("x", x), ("y", Html.Length(_frame.Bottom + 18)), ("text-anchor", "middle"));
        }

        _html.Element(
            "text",
            _chart.X.Label,
            ("class", "label"),
            ("x", Html.Length((_frame.Left + _frame.Right) / 2)),
            ("y", Html.Length(_frame.Bottom + 37)),
            ("text-anchor", "middle"));
    }
}

/// <summary>The sizes in which a chart is drawn; the page shows the one that fits.</summary>
/// <param name="CssClass">Its class in report.css.</param>
/// <param name="Width">Width in CSS pixels at natural size.</param>
/// <param name="Height">Height likewise.</param>
/// <param name="XTicks">About how many ticks the horizontal axis has room for.</param>
internal sealed record SvgSize(string CssClass, int Width, int Height, int XTicks)
{
    /// <summary>For a tablet, a desk and paper.</summary>
    public static SvgSize Wide { get; } = new("wide", 540, 320, 7);

    /// <summary>Likewise, for a chart across the whole page.</summary>
    public static SvgSize Broad { get; } = new("wide", 1124, 320, 12);

    /// <summary>For a phone.</summary>
    public static SvgSize Narrow { get; } = new("narrow", 340, 260, 4);

    /// <summary>The height of a chart.</summary>
    public int HeightOf(Chart chart) => (int)Math.Round(Height * chart.Stretch);
}
