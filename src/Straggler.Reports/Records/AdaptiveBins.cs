namespace Straggler.Reports.Records;

/// <summary>Means of a quantity over equal stretches of virtual time, for a run whose length is not known beforehand.</summary>
/// <remarks>When a value lies past the last bin, the bins become twice as wide and neighbours merge, so memory is constant.</remarks>
internal sealed class AdaptiveBins
{
    private const int Capacity = 64;
    private readonly long[] _counts = new long[Capacity];
    private readonly double[] _sums = new double[Capacity];
    private readonly double[] _maxima = new double[Capacity];

    /// <summary>Width of a bin in virtual seconds.</summary>
    public double Width { get; private set; } = 1.0 / 1024;

    /// <summary>The bins that hold anything: middle (virtual seconds), mean and maximum.</summary>
    public IEnumerable<(double Middle, long Count, double Mean, double Maximum)> Bins =>
        from bin in Enumerable.Range(0, Capacity)
        where _counts[bin] > 0
        select ((bin + 0.5) * Width, _counts[bin], _sums[bin] / _counts[bin], _maxima[bin]);

    /// <summary>Takes a value in.</summary>
    /// <param name="time">Virtual seconds, at least 0; a value at no finite time is left out.</param>
    /// <param name="value">The value, at least 0.</param>
    public void Add(double time, double value)
    {
        if (!double.IsFinite(time) || time < 0)
        {
            return;
        }

        while (time >= Capacity * Width)
        {
            Widen();
        }

        int bin = Math.Min((int)(time / Width), Capacity - 1);
        _counts[bin]++;
        _sums[bin] += value;
        _maxima[bin] = Math.Max(_maxima[bin], value);
    }

    private void Widen()
    {
        Width *= 2;
        for (int bin = 0; bin < Capacity; bin++)
        {
            (int left, int right) = (2 * bin, (2 * bin) + 1);
            bool exists = right < Capacity;
            _counts[bin] = exists ? _counts[left] + _counts[right] : 0;
            _sums[bin] = exists ? _sums[left] + _sums[right] : 0;
            _maxima[bin] = exists ? Math.Max(_maxima[left], _maxima[right]) : 0;
        }
    }
}
