namespace Straggler.Flower.Server;

/// <summary>How a client came to leave.</summary>
public enum DepartureKind
{
    /// <summary>It left of itself, or when it was sent home.</summary>
    Left,

    /// <summary>Its connection broke.</summary>
    Lost,

    /// <summary>It took too long, for a task or a message. It may come again.</summary>
    TimedOut,

    /// <summary>It was dropped for what it sent. It had better not come again.</summary>
    Dropped,
}

/// <summary>That a client is gone, and why.</summary>
/// <param name="Kind">How it came to leave.</param>
/// <param name="Reason">The reason, for people.</param>
public sealed record ClientDeparture(DepartureKind Kind, string Reason)
{
    /// <summary>The reason, for people: fit for a log line, whatever text of the client's is in it.</summary>
    public string Reason { get; } = LogText.Of(Reason);

    /// <summary>What became of the client, as a verb.</summary>
    internal string Verb => Kind switch
    {
        DepartureKind.Left => "left",
        DepartureKind.Lost => "was lost",
        DepartureKind.TimedOut => "took too long",
        _ => "was dropped",
    };
}
