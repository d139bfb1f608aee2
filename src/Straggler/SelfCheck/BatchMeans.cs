namespace Straggler.SelfCheck;

/// <summary>Tests the mean of a long sequence whose neighbours depend on each other.</summary>
/// <remarks>
/// The sequence is cut into batches much longer than the dependence reaches; their means are as good as independent and normal, so that
/// Student's t applies. Source: R. Conway, "Some tactical problems in digital simulation", Management Science 10(1), 1963.
/// </remarks>
/// <param name="batchLength">Values in a batch; a batch that is not full at the end does not count.</param>
internal sealed class BatchMeans(long batchLength)
{
    private readonly List<double> _means = [];
    private double _sum;
    private long _inBatch;

    /// <summary>The mean over all full batches.</summary>
    public double Mean => _means.Average();

    /// <summary>Takes the next value.</summary>
    public void Add(double value)
    {
        _sum += value;
        if (++_inBatch == batchLength)
        {
            _means.Add(_sum / batchLength);
            (_sum, _inBatch) = (0, 0);
        }
    }

    /// <summary>The p-value of an expected mean.</summary>
    public double Test(double expected)
    {
        double mean = Mean;
        double variance = _means.Sum(value => (value - mean) * (value - mean)) / (_means.Count - 1);
        return mean == expected ? 1 : Significance.Student((mean - expected) / Math.Sqrt(variance / _means.Count), _means.Count - 1);
    }
}
