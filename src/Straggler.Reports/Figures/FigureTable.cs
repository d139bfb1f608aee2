using System.Collections.Immutable;

namespace Straggler.Reports.Figures;

/// <summary>The one table of the report's figures, in their order. A new figure is a file beside this one and a line here.</summary>
internal static class FigureTable
{
    /// <summary>All figures.</summary>
    public static ImmutableArray<IFigure> All { get; } =
    [
        .. Progress.All.Select(progress => new AccuracyFigure(progress)),
        .. Progress.All.Select(progress => new LossFigure(progress)),
        new ClassAccuracyFigure(),
        new StalenessHistogramFigure(),
        new StalenessOverTimeFigure(),
        new StalenessBySpeedFigure(),
        new TimelineFigure(),
        new PartitionFigure(),
        new ClientSpreadFigure(),
        new InequalityFigure(),
        new ClientAccuracyFigure(),
        new AccuracyBySamplesFigure(),
        new ParticipationFigure(),
        new LorenzFigure(),
        new WallTimeFigure(),
    ];
}
