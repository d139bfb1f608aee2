using Straggler.Simulation;

namespace Straggler.Delays;

/// <summary>Picks one of several things by their shares; one uniform draw each.</summary>
internal sealed class Shares
{
    private readonly double[] _cumulative;

    /// <summary>Takes the shares, which need not sum to 1.</summary>
    /// <param name="weights">At least one above 0, none below.</param>
    public Shares(IReadOnlyList<double> weights)
    {
        double sum = 0;
        _cumulative = [.. weights.Select(weight => sum += weight)];
    }

    /// <summary>The index of the thing picked; one of share 0 never is.</summary>
    public int Pick(ref RandomStream random)
    {
        // The first whose cumulative share exceeds the draw.
        double draw = random.NextDouble() * _cumulative[^1];
        int low = 0, high = _cumulative.Length - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _cumulative[middle] > draw ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
