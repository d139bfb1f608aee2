using System.Collections.Immutable;

namespace Straggler.Reports.Tracing;

/// <summary>What of a run's timeline is exported.</summary>
public sealed record TraceOptions
{
    /// <summary>The clients, as ranges of which both ends count; empty for all that took part.</summary>
    public ImmutableArray<(long First, long Last)> Clients { get; init; } = [];

    /// <summary>Virtual seconds from which on events are exported.</summary>
    public double From { get; init; }

    /// <summary>Virtual seconds up to which events are exported.</summary>
    public double To { get; init; } = double.PositiveInfinity;

    internal bool Shows(int client) => Clients.IsEmpty || Clients.Any(range => client >= range.First && client <= range.Last);

    internal bool Shows(double time) => time >= From && time <= To;
}

/// <summary>What an exported timeline holds.</summary>
/// <param name="Path">The file.</param>
/// <param name="Tasks">Tasks.</param>
/// <param name="Clients">Clients that they ran on.</param>
public sealed record TraceContent(string Path, long Tasks, int Clients);
