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

    /// <summary>The class of a distribution made of classes once for each client, a value of that class anew for every task.</summary>
    Class,
}

/// <summary>The configuration's <c>delay</c> section: how long a task takes in virtual time.</summary>
/// <remarks>
/// delay = compute + network; compute = draw × factor × (samples × epochs if proportional); network = bytes ÷ bandwidth, down and up.
/// Devices from a trace take the place of the draws, and jitter changes the parts.
/// </remarks>
public sealed record DelayOptions : IValidatableObject
{
    /// <summary>The distribution of compute time, in virtual seconds (per sample and epoch if <see cref="Proportional"/>).</summary>
    [PositionalParameters("params")]
    public Choice<IDistribution> Dist { get; init; } = BuiltIns.Distributions.Choose("lognormal");

    /// <summary>When it is drawn.</summary>
    public DelayScope Per { get; init; } = DelayScope.Client;

    /// <summary>Whether the draw is per sample and epoch instead of per task.</summary>
    public bool Proportional { get; init; }

    /// <summary>The compute time, drawn or measured, is multiplied by this; FedScale's 3 counts a forward pass once and a backward pass twice.</summary>
    [Range(0.0, 1e15)]
    public double Factor { get; init; } = 1;

    /// <summary>Changes each task's compute time; null for none.</summary>
    public JitterOptions? Jitter { get; init; }

    /// <summary>A client's link speed in virtual bytes per virtual second; null for no network time.</summary>
    public BandwidthOptions? Bandwidth { get; init; }

    /// <summary>Changes the time of each transfer; null for none.</summary>
    public NetworkJitterOptions? NetworkJitter { get; init; }

    /// <summary>The server's own link, which all transfers share; null for one that holds nobody up.</summary>
    public ServerLinkOptions? ServerLink { get; init; }

    /// <summary>Measured devices from a file; null for none.</summary>
    public DeviceTraceOptions? Traces { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Traces?.Fault() is { } fault)
        {
            yield return new(fault, [nameof(Traces), "file"]);
        }

        if (Traces is { DownColumn: not null } && Bandwidth is not null)
        {
            yield return new("the traces bring link speeds too. Expected one of them: leave bandwidth out, "
                + "or set traces.down_column and traces.up_column to null", [nameof(Bandwidth)]);
        }

        if (ServerLink is { Download: null, Upload: null })
        {
            yield return new("a link without a limit holds nobody up. Expected download, upload or both, in bytes per virtual second",
                [nameof(ServerLink), "download"]);
        }

        if (ServerLink is not null && Bandwidth is null && Traces?.DownColumn is null)
        {
            yield return new("the clients' own links have no speed. Expected delay.bandwidth, or delay.traces with down_column and up_column, "
                + "beside it", [nameof(ServerLink)]);
        }

        if (NetworkJitter is { Mode: JitterMode.Multiply } && Bandwidth is null && Traces?.DownColumn is null)
        {
            yield return new("a factor changes nothing where transfers take no time. Expected mode: add, or link speeds (delay.bandwidth or "
                + "delay.traces) beside it", [nameof(NetworkJitter)]);
        }

        if (ScopeFault(Per, Dist) is { } scopeFault)
        {
            yield return new(scopeFault, [nameof(Per)]);
        }
    }

    /// <summary>What is wrong with drawing a distribution at such times; null if nothing is.</summary>
    internal static string? ScopeFault(DelayScope scope, Choice<IDistribution> distribution) =>
        scope == DelayScope.Class && distribution.Create() is not ClassDistribution
            ? $"class needs a distribution made of classes, which {distribution.Name} is not. Expected two_class, tiers or mixture" : null;
}
