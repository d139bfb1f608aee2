using System.Collections.Immutable;

namespace Straggler.Reports.Figures;

/// <summary>The one table of the report's figures, in their order. A new figure is a file beside this one and a line here.</summary>
internal static class FigureTable
{
    /// <summary>All figures.</summary>
    public static ImmutableArray<IFigure> All { get; } =
    [
        new AccuracyFigure(Progress.VirtualTime),
        new AccuracyFigure(Progress.Arrivals),
        new LossFigure(Progress.VirtualTime),
        new LossFigure(Progress.Arrivals),
        new ClassAccuracyFigure(),
        new StalenessHistogramFigure(),
        new StalenessOverTimeFigure(),
        new PartitionFigure(),
        new ClientSpreadFigure(),
        new ClientAccuracyFigure(),
        new AccuracyBySamplesFigure(),
        new ParticipationFigure(),
        new LorenzFigure(),
    ];
}
