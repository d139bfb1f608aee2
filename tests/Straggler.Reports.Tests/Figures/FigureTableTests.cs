using System.Text.RegularExpressions;
using Straggler.Reports.Figures;

namespace Straggler.Reports.Tests.Figures;

public sealed class FigureTableTests
{
    [Fact]
    public void All_Implementations_AreInTheTable()
    {
        IEnumerable<Type> written = typeof(IFigure).Assembly.GetTypes().Where(type => type.IsClass && typeof(IFigure).IsAssignableFrom(type));

        Assert.Equal(written.ToHashSet(), FigureTable.All.Select(figure => figure.GetType()).ToHashSet());
    }

    [Fact]
    public void All_Names_AreDistinctAndFitForFilesAndLinks()
    {
        Assert.Equal(FigureTable.All.Length, FigureTable.All.Select(figure => figure.Name).Distinct().Count());
        Assert.All(FigureTable.All, figure => Assert.Matches(new Regex("^[a-z-]+$"), figure.Name));
    }
}
