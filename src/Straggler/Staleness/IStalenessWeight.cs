namespace Straggler.Staleness;

/// <summary>A weight s(τ) that discounts an update by its staleness.</summary>
public interface IStalenessWeight
{
    /// <summary>The weight of an update.</summary>
    /// <param name="staleness">Version lag τ, at least 0.</param>
    double Weight(long staleness);
}
