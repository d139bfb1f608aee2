using System.ComponentModel.DataAnnotations;
using Straggler.Configuration;

namespace Straggler.Delays;

/// <summary>The configuration's <c>delay.bandwidth</c> section: link speeds, drawn once per client unless <c>per</c> says otherwise.</summary>
public sealed record BandwidthOptions : IValidatableObject
{
    /// <summary>The distribution of link speeds, in bytes per virtual second; applied to the model's bytes, down and up.</summary>
    [PositionalParameters("params")]
    public Choice<IDistribution> Dist { get; init; } = BuiltIns.Distributions.Choose("constant");

    /// <summary>When it is drawn.</summary>
    public DelayScope Per { get; init; } = DelayScope.Client;

    /// <summary>Upload speed as a fraction of download speed.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    public double UploadFraction { get; init; } = 1;

    /// <summary>Upload speeds of their own, instead of a fraction of the download speed; null for the fraction.</summary>
    public UploadSpeedOptions? Upload { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (DelayOptions.ScopeFault(Per, Dist) is { } fault)
        {
            yield return new(fault, [nameof(Per)]);
        }

        if (Upload is not null && UploadFraction != 1)
        {
            yield return new("upload speeds of their own are no fraction of the download speed. Expected one of upload and upload_fraction",
                [nameof(UploadFraction)]);
        }
    }
}

/// <summary>The configuration's <c>delay.bandwidth.upload</c> section: upload speeds apart from download speeds.</summary>
public sealed record UploadSpeedOptions : IValidatableObject
{
    /// <summary>The distribution of upload speeds, in bytes per virtual second.</summary>
    [PositionalParameters("params")]
    public Choice<IDistribution> Dist { get; init; } = BuiltIns.Distributions.Choose("constant");

    /// <summary>When it is drawn.</summary>
    public DelayScope Per { get; init; } = DelayScope.Client;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (DelayOptions.ScopeFault(Per, Dist) is { } fault)
        {
            yield return new(fault, [nameof(Per)]);
        }
    }
}
