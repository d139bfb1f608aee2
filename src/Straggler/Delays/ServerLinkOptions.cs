using System.ComponentModel.DataAnnotations;

namespace Straggler.Delays;

/// <summary>How a link is shared by the transfers that want it at one time.</summary>
public enum LinkDiscipline
{
    /// <summary>Equal shares for all, as far as each can use its share; what one cannot use goes to the others (max-min fair).</summary>
    ProcessorSharing,

    /// <summary>One after another, in the order in which they begin.</summary>
    Fifo,
}

/// <summary>The configuration's <c>delay.server_link</c> section: the server's own link, which all transfers share.</summary>
/// <remarks>
/// No transfer is faster than its client's link (<c>delay.bandwidth</c> or traces), whatever its share of the server's. Max-min fairness:
/// D. Bertsekas and R. Gallager, "Data Networks", 2nd edition, 1992, section 6.5.2.
/// </remarks>
public sealed record ServerLinkOptions
{
    /// <summary>Bytes per virtual second from the server to all clients together; null for as many as they can take.</summary>
    [Range(0.0, 1e300, MinimumIsExclusive = true)]
    public double? Download { get; init; }

    /// <summary>Bytes per virtual second from all clients together to the server; null for as many as they can send.</summary>
    [Range(0.0, 1e300, MinimumIsExclusive = true)]
    public double? Upload { get; init; }

    /// <summary>How transfers in one direction share it.</summary>
    public LinkDiscipline Discipline { get; init; } = LinkDiscipline.ProcessorSharing;
}
