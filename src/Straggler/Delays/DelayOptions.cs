using System.ComponentModel.DataAnnotations;
using Straggler.Configuration;

namespace Straggler.Delays;

/// <summary>When delays are drawn.</summary>
public enum DelayScope
{
    /// <summary>Once for each client: slow clients stay slow (the seed's rule).</summary>
    Client,

    /// <summary>Anew for every task.</summary>
    Task,

    /// <summary>A client's draw times a task's draw.</summary>
    Both,
}

/// <summary>The configuration's <c>delay</c> section: how long a task takes in virtual time.</summary>
/// <remarks>delay = compute + network; compute = draw × (samples × epochs if proportional); network = bytes ÷ bandwidth, down and up.</remarks>
public sealed record DelayOptions
{
    /// <summary>The distribution of compute time, in virtual seconds (per sample and epoch if <see cref="Proportional"/>).</summary>
    [PositionalParameters("params")]
    public Choice<IDistribution> Dist { get; init; } = BuiltIns.Distributions.Choose("lognormal");

    /// <summary>Drawn once per client, per task, or both multiplied.</summary>
    public DelayScope Per { get; init; } = DelayScope.Client;

    /// <summary>Whether the draw is per sample and epoch instead of per task.</summary>
    public bool Proportional { get; init; }

    /// <summary>A client's link speed in virtual bytes per virtual second, drawn once per client; null for no network time.</summary>
    public BandwidthOptions? Bandwidth { get; init; }
}

/// <summary>The configuration's <c>delay.bandwidth</c> section: link speeds, drawn once per client.</summary>
public sealed record BandwidthOptions
{
    /// <summary>The distribution of link speeds, in bytes per virtual second; applied to the model's bytes, down and up.</summary>
    [PositionalParameters("params")]
    public Choice<IDistribution> Dist { get; init; } = BuiltIns.Distributions.Choose("constant");

    /// <summary>Upload speed as a fraction of download speed.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    public double UploadFraction { get; init; } = 1;
}
