using System.Collections.Immutable;
using Straggler.Reports.Charts;
using Straggler.Reports.Records;

namespace Straggler.Reports.Figures;

/// <summary>One figure of the report.</summary>
internal interface IFigure
{
    /// <summary>The name of its files, without an ending.</summary>
    string Name { get; }

    /// <summary>The part of the report in which it stands.</summary>
    Section Section { get; }

    /// <summary>Says what is shown.</summary>
    string Title { get; }

    /// <summary>What neighbouring figures have in common that the page shows in one place, to be chosen from; null for a place of its own.</summary>
    FigureChoice? Choice => null;

    /// <summary>Draws the figure from a run's records.</summary>
    FigureContent Draw(RunRecords run);
}

/// <summary>One of several figures in one place.</summary>
/// <param name="Group">Names the place.</param>
/// <param name="Label">What it is chosen by.</param>
internal sealed record FigureChoice(string Group, string Label);

/// <summary>The parts of the report, in its order.</summary>
internal enum Section
{
    /// <summary>How well the server’s model learned.</summary>
    Learning,

    /// <summary>How stale the updates were.</summary>
    Staleness,

    /// <summary>How the clients fared.</summary>
    Clients,

    /// <summary>What the simulation cost.</summary>
    Simulation,
}

/// <summary>What a figure comes to for one run.</summary>
/// <param name="Chart">The chart, or null where the run has nothing to show.</param>
/// <param name="Caption">How to read it, with its main numbers; or why there is no chart.</param>
/// <param name="Data">The numbers that are drawn.</param>
/// <param name="Source">The file of the run directory they come from.</param>
internal sealed record FigureContent(Chart? Chart, string Caption, DataTable Data, string Source)
{
    /// <summary>A figure that cannot be drawn.</summary>
    /// <param name="reason">Why, in a sentence.</param>
    public static FigureContent Missing(string reason) => new(null, reason, DataTable.Empty, "");
}

/// <summary>The numbers behind a chart.</summary>
/// <param name="Columns">The columns' names.</param>
/// <param name="Rows">The rows; NaN for an empty cell.</param>
internal sealed record DataTable(ImmutableArray<string> Columns, ImmutableArray<ImmutableArray<double>> Rows)
{
    /// <summary>A word for each row, which stands in the first column; empty where all columns hold numbers.</summary>
    public ImmutableArray<string> Words { get; init; } = [];

    /// <summary>No numbers.</summary>
    public static DataTable Empty { get; } = new([], []);
}
