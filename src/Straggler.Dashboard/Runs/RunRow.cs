using System.Collections.Immutable;

namespace Straggler.Dashboard.Runs;

/// <summary>A run as the list shows it. Numbers that do not exist are NaN.</summary>
internal sealed record RunRow
{
    /// <summary>Its path within the folder, by which it is asked for.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The strategy's name; empty where unknown, as those that follow.</summary>
    public string Strategy { get; init; } = "";

    /// <summary>The data set's name.</summary>
    public string Dataset { get; init; } = "";

    /// <summary>The model's name.</summary>
    public string Model { get; init; } = "";

    /// <summary>The seed.</summary>
    public string Seed { get; init; } = "";

    /// <summary>Where it stands.</summary>
    public RunStatus Status { get; init; }

    /// <summary>Why it stopped, or what is wrong with its files; empty otherwise.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Arrivals so far, of a live run at its last evaluation.</summary>
    public double Arrivals { get; init; } = double.NaN;

    /// <summary>Arrivals after which it ends.</summary>
    public double Rounds { get; init; } = double.NaN;

    /// <summary>How far it is, 0 to 1, by whichever limit is the closest.</summary>
    public double Fraction { get; init; } = double.NaN;

    /// <summary>Wall seconds that it has still to go, counted from <see cref="Changed"/>; NaN unless it is live.</summary>
    public double Remaining { get; init; } = double.NaN;

    /// <summary>Virtual seconds.</summary>
    public double VirtualTime { get; init; } = double.NaN;

    /// <summary>Server steps.</summary>
    public double ServerSteps { get; init; } = double.NaN;

    /// <summary>The last evaluation's accuracy.</summary>
    public double Accuracy { get; init; } = double.NaN;

    /// <summary>The best evaluation's.</summary>
    public double Best { get; init; } = double.NaN;

    /// <summary>The last evaluation's loss.</summary>
    public double Loss { get; init; } = double.NaN;

    /// <summary>Mean staleness of all arrivals.</summary>
    public double Staleness { get; init; } = double.NaN;

    /// <summary>Wall seconds.</summary>
    public double WallSeconds { get; init; } = double.NaN;

    /// <summary>When its configuration was written, which is its beginning.</summary>
    public DateTime Begun { get; init; }

    /// <summary>When a file of it was last written.</summary>
    public DateTime Changed { get; init; }

    /// <summary>A few points of the accuracy along its arrivals.</summary>
    public ImmutableArray<double> Spark { get; init; } = [];
}
