using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Straggler.Configuration;
using Straggler.Simulation;

namespace Straggler.Availability;

/// <summary>Which trace a client follows.</summary>
public enum TraceAssignment
{
    /// <summary>Client i follows the (i mod m)-th of the file's m traces, in ascending order of their ids.</summary>
    Modulo,

    /// <summary>A trace drawn for each client by the seed.</summary>
    Random,

    /// <summary>Client i follows the trace with id i. Clients without one are never on, so that they never take part.</summary>
    Id,
}

/// <summary>Options of <see cref="IntervalTraces"/>.</summary>
public sealed record IntervalTraceOptions
{
    /// <summary>A CSV file with the columns <c>client_id,start_s,end_s</c>: the client is on in [start, end). Needed.</summary>
    [InputFile("traces")]
    public string? File { get; init; }

    /// <summary>Which trace a client follows.</summary>
    public TraceAssignment Assign { get; init; } = TraceAssignment.Modulo;

    /// <summary>The trace's second at which the run begins; null for the earliest start in the file.</summary>
    [Range(-1e12, 1e12)]
    public double? Start { get; init; }

    /// <summary>Seconds after which all traces begin again; null for the time from <see cref="Start"/> to the latest end in the file.</summary>
    [Range(0.0, 1e12, MinimumIsExclusive = true)]
    public double? Length { get; init; }

    /// <summary>Seconds of the trace that pass in one virtual second.</summary>
    [Range(1e-9, 1e9)]
    public double Speed { get; init; } = 1;
}

/// <summary>Clients go on and off as recorded ones did; at the traces' end all of them begin again.</summary>
/// <remarks>
/// Looked up by binary search. Draws: <c>availability.trace</c>, for clients whose trace is drawn. Keeps the file's intervals once and a
/// number for each client.
/// Source of the format: FLASH, C. Yang et al., "Characterizing impacts of heterogeneity in federated learning upon large-scale smartphone
/// data", WWW 2021, arXiv 2006.06983, whose simulator takes a phone for available while it is locked, charging and on Wi-Fi.
/// </remarks>
public sealed class IntervalTraces : IAvailability
{
    private const int NoTrace = -1;
    private static readonly StreamPurpose _purpose = new("availability.trace");
    private readonly RepeatedIntervals[] _traces;
    private readonly int[] _traceOf;

    /// <summary>Reads the file and deals the traces out.</summary>
    /// <exception cref="InvalidOptionException">The file is missing or wrong, or nobody would ever be on.</exception>
    public IntervalTraces(IntervalTraceOptions options, AvailabilityServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        SortedDictionary<int, List<Interval>> recorded = IntervalFile.Read(options.File);
        double start = options.Start ?? recorded.Values.Min(trace => trace.Min(interval => interval.Start));
        double length = options.Length ?? (recorded.Values.Max(trace => trace.Max(interval => interval.End)) - start);
        if (!(length > 0))
        {
            throw new InvalidOptionException("availability.start", string.Create(CultureInfo.InvariantCulture,
                $"at second {start} all intervals of \"{options.File}\" are over. Allowed: seconds before the latest end."));
        }

        int[] ids = [.. recorded.Keys];
        _traces = [.. recorded.Values.Select(trace => new RepeatedIntervals(trace, start, length, options.Speed))];
        _traceOf = [.. Enumerable.Range(0, services.ClientCount).Select(client => options.Assign switch
        {
            TraceAssignment.Modulo => client % ids.Length,
            TraceAssignment.Random => services.Streams.Open(_purpose, client).NextInt32(ids.Length),
            _ => Math.Max(NoTrace, Array.BinarySearch(ids, client)),
        })];
        NeverOn = _traceOf.Count(trace => trace == NoTrace || _traces[trace].IsEmpty);
        if (NeverOn == services.ClientCount)
        {
            throw new InvalidOptionException("availability.file",
                $"none of the {services.ClientCount} clients is ever on in \"{options.File}\". Allowed: a start, a length and an assign that leave someone.");
        }
    }

    /// <summary>Clients that are never on.</summary>
    public int NeverOn { get; }

    /// <inheritdoc/>
    public Spell At(int client, VirtualTime at) =>
        _traceOf[client] == NoTrace ? new(IsOn: false, VirtualTime.Never) : _traces[_traceOf[client]].At(at);
}
