using ScottPlot;
using ScottPlot.Panels;

namespace Straggler.Reports.Charts;

/// <summary>Puts the legend below the chart, where it can cover nothing, in as many rows as it needs.</summary>
/// <remarks>ScottPlot's own legend panel reserves the height of one row and then leaves out the items that wrap.</remarks>
internal static class LegendRows
{
    private const float FontSize = 12;
    private const double CharacterWidth = 6.3;
    private const double SymbolWidth = 46;
    private const double RowWidth = 500;

    /// <summary>Adds the legend of a plot whose marks have their legend texts.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="text">The colour of the text.</param>
    public static void Add(Plot plot, Color text)
    {
        plot.HideLegend();
        LegendItem[][] rows = [.. Rows(plot.Legend.GetItems())];
        for (int row = 0; row < rows.Length; row++)
        {
            Legend legend = new(plot)
            {
                DisplayPlottableLegendItems = false,
                Orientation = Orientation.Horizontal,
                TightHorizontalWrapping = true,
                FontName = ReportFonts.Family,
                FontSize = FontSize,
                FontColor = text,
                OutlineWidth = 0,
                ShadowColor = Colors.Transparent,
                BackgroundColor = Colors.Transparent,
                Padding = new(4, 0),
            };
            legend.ManualItems.AddRange(rows[row]);
            plot.Axes.AddPanel(new LegendPanel(legend) { Edge = Edge.Bottom, Padding = new(0, 0, row == rows.Length - 1 ? 6 : 0, 0) });
        }
    }

    private static IEnumerable<LegendItem[]> Rows(IEnumerable<LegendItem> items)
    {
        List<LegendItem> row = [];
        double width = 0;
        foreach (LegendItem item in items)
        {
            double needed = SymbolWidth + (CharacterWidth * item.LabelText.Length);
            if (width + needed > RowWidth && row.Count > 0)
            {
                yield return [.. row];
                row.Clear();
                width = 0;
            }

            row.Add(item);
            width += needed;
        }

        if (row.Count > 0)
        {
            yield return [.. row];
        }
    }
}
