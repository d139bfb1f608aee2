using System.ComponentModel.DataAnnotations;
using Straggler.Configuration;

namespace Straggler.Aggregation;

/// <summary>What happens to an update that holds NaN or infinite values.</summary>
public enum NonFiniteRule
{
    /// <summary>It is refused and recorded as such; the run goes on.</summary>
    Refuse,

    /// <summary>The run ends with an error that names the client and the version it was sent.</summary>
    Stop,
}

/// <summary>The configuration's <c>aggregation</c> section: what is done to updates and to their averages on their way into the model.</summary>
public sealed record AggregationOptions : IValidatableObject
{
    /// <summary>
    /// How the server moves along an average of deltas; for the strategies that average deltas. Its rate is the strategy's server_lr.
    /// </summary>
    public Choice<ServerOptimizerFactory> Optimizer { get; init; } = BuiltIns.ServerOptimizers.Choose("sgd");

    /// <summary>Each delta is scaled down to this L2 norm at most, over the trained parameters; null for no clipping.</summary>
    [Range(0.0, 1e9, MinimumIsExclusive = true)]
    public double? ClipNorm { get; init; }

    /// <summary>
    /// z: Gaussian noise of standard deviation z × clip_norm × the largest weight is added to each sum of deltas; 0 for none.
    /// </summary>
    [Range(0.0, 1e6)]
    public double NoiseMultiplier { get; init; }

    /// <summary>δ for which the summary reports ε, if there is noise.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double PrivacyDelta { get; init; } = 1e-5;

    /// <summary>What happens to an update that holds NaN or infinite values.</summary>
    public NonFiniteRule NonFinite { get; init; } = NonFiniteRule.Refuse;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (NoiseMultiplier > 0 && ClipNorm is null)
        {
            yield return new("noise without a bound on what one client contributes protects nobody. Expected a clip_norm beside it", [nameof(NoiseMultiplier)]);
        }
    }
}
