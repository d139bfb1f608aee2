using System.Globalization;
using System.Text;
using System.Text.Json;
using Straggler.Reports.Charts;

namespace Straggler.Reports.Pages;

/// <summary>Writes what the page's script needs to name the values under the pointer: scales and values of a chart.</summary>
/// <remarks>
/// Values have five digits, whole numbers all of theirs. The keys are short, since a page has tens of thousands of values: see report.js.
/// </remarks>
internal static class ChartJson
{
    /// <summary>The chart as JSON that can stand within markup.</summary>
    public static string Write(Chart chart)
    {
        StringBuilder text = new("{\"x\":");
        WriteAxis(text, chart.X);
        WriteAxis(text.Append(",\"y\":"), chart.Y);
        text.Append(",\"m\":[");
        for (int place = 0; place < chart.Marks.Length; place++)
        {
            text.Append(place == 0 ? "" : ",");
            WriteMark(text, chart, chart.Marks[place]);
        }

        return text.Append("]}").ToString();
    }

    private static void WriteAxis(StringBuilder text, Axis axis)
    {
        text.Append("{\"t\":").Append(Quote(axis.Label));
        WriteNumber(text.Append(",\"a\":"), axis.Scale.Low);
        WriteNumber(text.Append(",\"b\":"), axis.Scale.High);
        switch (axis.Scale)
        {
            case LogScale:
                text.Append(",\"k\":\"log\"");
                break;
            case CategoryScale categories:
                text.Append(",\"k\":\"names\",\"c\":[").AppendJoin(',', categories.Labels.Select(Quote)).Append(']');
                break;
            case LinearScale { Percent: true }:
                text.Append(",\"k\":\"percent\"");
                break;
        }

        text.Append('}');
    }

    private static void WriteMark(StringBuilder text, Chart chart, Mark mark)
    {
        int series = chart.Legend.IndexOf(chart.Legend.FirstOrDefault(named => named.Name == mark.Series)!);
        text.Append("{\"n\":").Append(Quote(mark.Series ?? chart.Y.Label));
        text.Append(CultureInfo.InvariantCulture, $",\"s\":{series}");
        if (!mark.Tips.IsEmpty)
        {
            text.Append(",\"t\":[").AppendJoin(',', mark.Tips.Select(Quote)).Append(']');
        }
        else
        {
            (string kind, IEnumerable<double> values) = Values(chart, mark);
            text.Append(",\"k\":\"").Append(kind).Append("\",\"v\":[");
            bool first = true;
            foreach (double value in values)
            {
                text.Append(first ? "" : ",");
                first = false;
                WriteNumber(text, value);
            }

            text.Append(']');
        }

        text.Append('}');
    }

    private static (string Kind, IEnumerable<double> Values) Values(Chart chart, Mark mark) => mark switch
    {
        LineMark line => ("line", Flat(line.Points)),
        DotMark dots => ("dot", Flat(dots.Points.Where(point => point.IsFinite))),
        BandMark band => ("band", band.Edges.SelectMany(edge => (double[])[edge.X, edge.Low, edge.High])),

        // Bars that stand on rows are found where they are drawn.
        BarMark bars when chart.Y.Scale is not CategoryScale => ("bar", bars.Bars.SelectMany(bar => (double[])[bar.Centre, bar.Top - bar.Bottom])),
        BarMark => ("cell", []),
        _ => ("", []),
    };

    private static IEnumerable<double> Flat(IEnumerable<Point> points) => points.SelectMany(point => (double[])[point.X, point.Y]);

    private static void WriteNumber(StringBuilder text, double value) => text.Append(
        !double.IsFinite(value) ? "null"
        : value == Math.Floor(value) && Math.Abs(value) < 1e15 ? ((long)value).ToString(CultureInfo.InvariantCulture)
        : value.ToString("G5", CultureInfo.InvariantCulture));

    private static string Quote(string words) => JsonSerializer.Serialize(words);
}
