using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>A distribution of positive numbers: virtual seconds, or factors.</summary>
public interface IDistribution
{
    /// <summary>The expected value; infinite where there is none.</summary>
    double Mean { get; }

    /// <summary>Draws one value, at least 0.</summary>
    double Sample(ref RandomStream random);
}
