using System.Xml.Linq;
using Straggler.Reports.Charts;
using Straggler.Reports.Figures;
using Straggler.Reports.Pages;

namespace Straggler.Reports.Tests.Pages;

public sealed class FigureGridTests
{
    [Fact]
    public void Write_Alternatives_StandInOnePlaceWithTheFirstChosen()
    {
        XElement grid = Write(Drawn("one", "g"), Drawn("two", "g"), Drawn("alone", null));

        XElement choice = grid.Elements().First();
        Assert.Equal(["show-one", "show-two"], choice.Elements("input").Select(input => input.Attribute("id")!.Value));
        Assert.Equal([true, false], choice.Elements("input").Select(input => input.Attribute("checked") is not null));
        Assert.Equal(["show-one", "show-two"], choice.Elements("label").Select(label => label.Attribute("for")!.Value));
        Assert.Equal(["one", "two"], choice.Elements("figure").Select(figure => figure.Attribute("id")!.Value));
        Assert.Equal("alone", grid.Elements("figure").Single().Attribute("id")!.Value);
    }

    [Fact]
    public void Write_OneAlternativeKnown_NeedsNoChoice() =>
        Assert.Equal(["one"], Write(Drawn("one", "g"), Missing("two", "g", "why")).Elements().Select(figure => figure.Attribute("id")!.Value));

    [Fact]
    public void Write_MissingForTheSameReason_AreNamedOnceAfterTheOthers()
    {
        XElement[] figures = [.. Write(Missing("a", "g", "why"), Missing("b", "g", "why"), Missing("c", null, "why"), Missing("d", null, "else"), Drawn("e", null)).Elements()];

        Assert.Equal(["e", "a", "d"], figures.Select(figure => figure.Attribute("id")!.Value));
        Assert.Equal("title a; title c", figures[1].Element("h3")!.Value);
    }

    private static XElement Write(params PageFigure[] figures)
    {
        Html html = new();
        FigureGrid.Write(html, figures);
        return XElement.Parse(html.ToString());
    }

    private static PageFigure Drawn(string name, string? group) => new(
        name, $"title {name}", group is null ? null : new(group, $"by {name}"),
        new(new("t", new("x", LinearScale.Exact(0, 1)), new("y", LinearScale.Exact(0, 1)), [new LineMark("l", Ink.Blue, [new(0, 0), new(1, 1)])]), "c", DataTable.Empty, "metrics.csv"));

    private static PageFigure Missing(string name, string? group, string why) => new(name, $"title {name}", group is null ? null : new(group, name), FigureContent.Missing(why));
}
