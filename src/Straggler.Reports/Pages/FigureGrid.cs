using Straggler.Reports.Figures;

namespace Straggler.Reports.Pages;

/// <summary>Writes the figures of a part of a page: side by side, those that are alternatives in one place, and last what could not be drawn.</summary>
internal static class FigureGrid
{
    /// <summary>Writes figures in their order.</summary>
    /// <param name="html">The page.</param>
    /// <param name="figures">The figures.</param>
    /// <param name="haveFiles">Whether they have files beside the page.</param>
    public static void Write(Html html, IEnumerable<PageFigure> figures, bool haveFiles = true)
    {
        PageFigure[][] places = [.. Places(figures)];
        html.Open("div", ("class", "figures"));
        foreach (PageFigure[] place in places.Where(place => place[0].Content.Chart is not null))
        {
            if (place.Length == 1)
            {
                Write(html, place[0], haveFiles);
            }
            else
            {
                WriteChoice(html, place, haveFiles);
            }
        }

        foreach (IGrouping<string, PageFigure> missing in places.Select(place => place[0]).Where(figure => figure.Content.Chart is null).GroupBy(figure => figure.Content.Caption))
        {
            FigureBlock.Write(html, missing.First().Name, string.Join("; ", missing.Select(figure => figure.Title)), missing.First().Content, haveFiles);
        }

        html.Close("div");
    }

    /// <summary>Figures by their place; of alternatives those that can be drawn, or one that says why there is none.</summary>
    private static IEnumerable<PageFigure[]> Places(IEnumerable<PageFigure> figures) =>
        from figure in figures
        group figure by figure.Choice?.Group ?? figure.Name into place
        let drawn = place.Where(figure => figure.Content.Chart is not null).ToArray()
        select drawn.Length > 0 ? drawn : [place.First()];

    private static void Write(Html html, PageFigure figure, bool hasFiles) => FigureBlock.Write(html, figure.Name, figure.Title, figure.Content, hasFiles);

    /// <summary>Radio buttons and style sheet alone do it: no script is needed.</summary>
    private static void WriteChoice(Html html, PageFigure[] place, bool haveFiles)
    {
        bool broad = place.Any(figure => figure.Content.Chart!.Broad);
        html.Open("div", ("class", broad ? "choice broad" : "choice"), ("role", "group"), ("aria-label", "The same against"));
        for (int index = 0; index < place.Length; index++)
        {
            string id = $"show-{place[index].Name}", group = $"choice-{place[0].Name}";
            html.Empty("input", index == 0
                ? [("type", "radio"), ("name", group), ("id", id), ("checked", "checked")]
                : [("type", "radio"), ("name", group), ("id", id)]);
            html.Element("label", place[index].Choice!.Label, ("for", id));
        }

        foreach (PageFigure figure in place)
        {
            Write(html, figure, haveFiles);
        }

        html.Close("div");
    }
}

/// <summary>A figure in a page.</summary>
/// <param name="Name">The name of its files, without an ending.</param>
/// <param name="Title">Says what is shown.</param>
/// <param name="Choice">What it is an alternative of; null for a place of its own.</param>
/// <param name="Content">What it comes to.</param>
internal sealed record PageFigure(string Name, string Title, FigureChoice? Choice, FigureContent Content);
