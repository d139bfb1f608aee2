namespace Straggler.Scheduling;

/// <summary>Draws places with probabilities proportional to weights that may change; O(log n) for a draw and for a change.</summary>
/// <remarks>
/// A complete binary tree whose nodes hold the sums of their children. Sums are always computed from the children anew and never
/// corrected by a difference, so that nothing drifts and a weight that is set to 0 is exactly gone.
/// </remarks>
internal sealed class WeightTree
{
    private readonly double[] _sums;
    private readonly int _leaves;

    /// <summary>All weights at once.</summary>
    /// <param name="weights">A finite weight of at least 0 for each place.</param>
    public WeightTree(ReadOnlySpan<double> weights)
    {
        _leaves = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, weights.Length));
        _sums = new double[2 * _leaves];
        weights.CopyTo(_sums.AsSpan(_leaves));
        for (int node = _leaves - 1; node > 0; node--)
        {
            _sums[node] = _sums[2 * node] + _sums[(2 * node) + 1];
        }
    }

    /// <summary>The sum of all weights.</summary>
    public double Total => _sums[1];

    /// <summary>A place's weight.</summary>
    public double this[int place]
    {
        get => _sums[_leaves + place];
        set
        {
            int node = _leaves + place;
            _sums[node] = value;
            while ((node /= 2) > 0)
            {
                _sums[node] = _sums[2 * node] + _sums[(2 * node) + 1];
            }
        }
    }

    /// <summary>The place in which a point of the line of all weights lies; never one of weight 0 while another is above 0.</summary>
    /// <param name="share">The point, as a share of the line's length: from 0, less than 1.</param>
    public int At(double share)
    {
        double left = share * Total;
        int node = 1;
        while (node < _leaves)
        {
            node *= 2;
            if (left >= _sums[node] && _sums[node + 1] > 0)
            {
                left -= _sums[node];
                node++;
            }
        }

        return node - _leaves;
    }
}
