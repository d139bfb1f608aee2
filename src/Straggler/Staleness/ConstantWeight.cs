namespace Straggler.Staleness;

/// <summary>s(τ) = 1: staleness does not matter.</summary>
/// <remarks>Source: Xie, Koyejo, Gupta, "Asynchronous federated optimization", 2019, arXiv 1903.03934, section 5.</remarks>
public sealed class ConstantWeight : IStalenessWeight
{
    /// <inheritdoc/>
    public double Weight(long staleness) => 1;
}
