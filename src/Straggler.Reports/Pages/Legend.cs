using System.Globalization;
using Straggler.Reports.Charts;

namespace Straggler.Reports.Pages;

/// <summary>Writes a chart's legend as a list above the drawing, where it wraps on a phone and covers nothing.</summary>
internal static class Legend
{
    /// <summary>Writes the legend; nothing for a chart that needs none.</summary>
    public static void Write(Html html, Chart chart)
    {
        if (chart.Legend.IsEmpty)
        {
            return;
        }

        html.Open("ul", ("class", "legend"));
        for (int series = 0; series < chart.Legend.Length; series++)
        {
            Mark mark = chart.Legend[series];
            html.Open("li", ("data-s", series.ToString(CultureInfo.InvariantCulture))).Open("svg", ("viewBox", "0 0 22 10"), ("aria-hidden", "true"));
            Symbol(html, mark);
            html.Close("svg").Text(mark.Name!).Close("li");
        }

        html.Close("ul");
    }

    private static void Symbol(Html html, Mark mark)
    {
        string ink = mark.Ink.CssClass();
        switch (mark)
        {
            case BarMark bars:
                html.Open("g", SvgMarks.BarAttributes(bars)).Empty("rect", ("x", "6"), ("width", "10"), ("height", "10")).Close("g");
                break;
            case DotMark dots:
                html.Open("g", ("class", $"dot {(dots.Hollow ? "hollow" : "large")} {ink}")).Empty("circle", ("cx", "11"), ("cy", "5"), ("r", "4.5")).Close("g");
                break;
            case IntervalMark:
                html.Empty("path", ("class", $"line {ink}"), ("d", "M1 1V9M1 5H21M21 1V9"));
                break;
            default:
                bool dashed = mark is LevelMark or PlaceMark or LineMark { Dashed: true };
                html.Empty("path", ("class", $"line {ink}{(dashed ? " dashed" : "")}"), ("d", "M0 5H22"));
                break;
        }
    }
}
