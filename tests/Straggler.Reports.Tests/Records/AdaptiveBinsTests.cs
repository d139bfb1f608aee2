using CsCheck;
using Straggler.Reports.Records;

namespace Straggler.Reports.Tests.Records;

public sealed class AdaptiveBinsTests
{
    [Fact]
    public void Add_AnyValues_EqualsBinningWithTheFinalWidth() =>
        Gen.Select(Gen.Double[0, 5000], Gen.Int[0, 100]).Array[1, 300].Sample(values =>
        {
            AdaptiveBins bins = new();
            foreach ((double time, int value) in values)
            {
                bins.Add(time, value);
            }

            IEnumerable<(double, long, double, double)> expected = values
                .GroupBy(pair => Math.Floor(pair.Item1 / bins.Width))
                .OrderBy(bin => bin.Key)
                .Select(bin => ((bin.Key + 0.5) * bins.Width, (long)bin.Count(), bin.Average(pair => pair.Item2), (double)bin.Max(pair => pair.Item2)));
            Assert.Equal(expected, bins.Bins, Close);
        });

    [Fact]
    public void Add_NoFiniteTime_IsLeftOut()
    {
        AdaptiveBins bins = new();

        bins.Add(double.NaN, 1);
        bins.Add(double.PositiveInfinity, 1);
        bins.Add(-1, 1);

        Assert.Empty(bins.Bins);
    }

    private static bool Close((double Middle, long Count, double Mean, double Maximum) x, (double Middle, long Count, double Mean, double Maximum) y) =>
        Math.Abs(x.Middle - y.Middle) < 1e-9 * (1 + y.Middle) && x.Count == y.Count && Math.Abs(x.Mean - y.Mean) < 1e-9 && x.Maximum == y.Maximum;
}
