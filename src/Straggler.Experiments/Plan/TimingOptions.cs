using System.ComponentModel.DataAnnotations;

namespace Straggler.Experiments;

/// <summary>The configuration's <c>timing</c> section: what a run that trains nothing is told instead of finding it out.</summary>
public sealed record TimingOptions
{
    /// <summary>Samples of each client; null for those that the partition gives it, or equal shares where the data cannot be dealt out.</summary>
    [Range(1, 1_000_000_000)]
    public int? SamplesPerClient { get; init; }

    /// <summary>Bytes of the model on the wire, in each direction; null for the size of the configured model.</summary>
    [Range(0L, 1_000_000_000_000_000L)]
    public long? ModelBytes { get; init; }
}
