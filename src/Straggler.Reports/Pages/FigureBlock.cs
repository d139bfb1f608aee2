using Straggler.Reports.Figures;

namespace Straggler.Reports.Pages;

/// <summary>Writes a figure into the page: title, legend, drawing, caption, and its data one click away.</summary>
internal static class FigureBlock
{
    /// <summary>Most rows that the page lists; the CSV file holds all.</summary>
    public const int MostRows = 40;

    /// <summary>Writes a figure.</summary>
    /// <param name="html">The page.</param>
    /// <param name="name">The name of its files.</param>
    /// <param name="title">Says what is shown.</param>
    /// <param name="content">What it comes to.</param>
    /// <param name="hasFiles">Whether it has files beside the page.</param>
    public static void Write(Html html, string name, string title, FigureContent content, bool hasFiles)
    {
        if (content.Chart is not { } chart)
        {
            html.Open("figure", ("id", name), ("class", "absent")).Element("h3", title).Element("p", content.Caption, ("class", "missing")).Close("figure");
            return;
        }

        html.Open("figure", chart.Broad ? [("id", name), ("class", "broad")] : [("id", name)]).Element("h3", title);
        Legend.Write(html, chart);
        html.Raw(SvgChart.Draw(chart, chart.Broad ? SvgSize.Broad : SvgSize.Wide)).Raw(SvgChart.Draw(chart, SvgSize.Narrow));
        html.Open("script", ("type", "application/json")).Raw(ChartJson.Write(chart)).Close("script");
        html.Element("figcaption", content.Caption);
        html.Open("details").Element("summary", hasFiles ? "Data and files" : "Data");
        WriteLinks(html, name, content, hasFiles);
        WriteTable(html, content, hasFiles);
        html.Close("details").Close("figure");
    }

    private static void WriteLinks(Html html, string name, FigureContent content, bool hasFiles)
    {
        html.Open("p", ("class", "links"));
        if (hasFiles)
        {
            string files = $"figures/{name}";
            html.Element("a", "PNG", ("href", $"{files}.png")).Text(" · ")
                .Element("a", "SVG", ("href", $"{files}.svg")).Text(" · ")
                .Element("a", "CSV of this figure", ("href", $"{files}.csv")).Text(" · ");
        }

        html.Text("from ").Element("a", content.Source, ("href", content.Source)).Close("p");
    }

    private static void WriteTable(Html html, FigureContent content, bool hasFiles)
    {
        DataTable data = content.Data;
        int[] shown = [.. Sampling.Indices(data.Rows.Length, MostRows)];
        html.Open("div", ("class", "scroll")).OpenTable(data.Columns);
        foreach (int index in shown)
        {
            html.Open("tr");
            if (!data.Words.IsEmpty)
            {
                html.Element("td", data.Words[index]);
            }

            foreach (double cell in data.Rows[index])
            {
                html.Element("td", cell == Math.Floor(cell) ? NumberText.Count(cell) : NumberText.Measure(cell));
            }

            html.Close("tr");
        }

        html.Close("tbody").Close("table").Close("div");
        if (shown.Length < data.Rows.Length)
        {
            html.Element("p", $"{shown.Length} of {NumberText.Count(data.Rows.Length)} rows, evenly spread; {(hasFiles ? "the CSV file holds all" : $"all are in {content.Source}")}.", ("class", "note"));
        }
    }
}
