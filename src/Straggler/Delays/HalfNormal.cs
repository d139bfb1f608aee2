using System.ComponentModel.DataAnnotations;
using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>Options of <see cref="HalfNormal"/>, in the order of <c>params</c>.</summary>
public sealed record HalfNormalOptions
{
    /// <summary>Standard deviation of the normal under the absolute value.</summary>
    [Range(0.0, 1e15)]
    public double Sd { get; init; } = 1;

    /// <summary>Smallest value.</summary>
    [Range(0.0, 1e15)]
    public double Min { get; init; }
}

/// <summary>min + sd·|N(0,1)|, the delay that FedBuff's authors fitted to their devices.</summary>
/// <remarks>Source: Nguyen et al. 2022, arXiv 2106.06639.</remarks>
public sealed class HalfNormal(HalfNormalOptions options) : IDistribution
{
    /// <inheritdoc/>
    public double Mean => options.Min + (options.Sd * Math.Sqrt(2 / Math.PI));

    /// <inheritdoc/>
    public double Sample(ref RandomStream random) => options.Min + (options.Sd * Math.Abs(random.NextGaussian()));
}
