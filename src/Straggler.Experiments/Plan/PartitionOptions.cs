using System.ComponentModel.DataAnnotations;
using Straggler.Configuration;
using Straggler.Partitioning;

namespace Straggler.Experiments;

/// <summary>The configuration's <c>partition</c> section: a partitioner with its own options and, beside them, what goes with any.</summary>
public sealed record PartitionOptions
{
    /// <summary>How the samples are dealt out.</summary>
    [OptionsBeside]
    public Choice<IPartitioner> Partitioner { get; init; } = null!;

    /// <summary>
    /// Deviation σ of Gaussian noise on the images of the last client, on the scale 0 to 1 of their pixels; client i of N has σ·i/N. 0 for
    /// none. Test images have none.
    /// </summary>
    [Range(0.0, 1e3)]
    public double FeatureNoise { get; init; }
}
