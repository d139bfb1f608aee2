using CsCheck;
using Straggler.Reports.Charts;

namespace Straggler.Reports.Tests.Charts;

public sealed class ScaleTests
{
    [Fact]
    public void Ticks_LinearScale_StandAtRoundNumbersWithTheDecimalsTheyNeed()
    {
        // 0 to 2.5 in about 5 steps: 0.5 apart.
        Assert.Equal(["0", "0.5", "1.0", "1.5", "2.0", "2.5"], Labels(LinearScale.Exact(0, 2.5), 5));
        Assert.Equal(["0", "200", "400", "600", "800", "1,000"], Labels(LinearScale.Exact(0, 1000), 5));
        Assert.Equal(["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"], Labels(LinearScale.Fraction, 5));
        Assert.Equal(["0", "0.5 M", "1.0 M", "1.5 M", "2.0 M"], Labels(LinearScale.Exact(0, 2e6), 4));
    }

    [Fact]
    public void Ticks_WholeScale_NeverFallBetweenNumbers() =>
        Assert.Equal(["0", "1", "2"], Labels(LinearScale.Exact(0, 2) with { Whole = true }, 7));

    [Fact]
    public void Ticks_LogScale_HasSubdivisionsWhereDecadesAreFew()
    {
        Assert.Equal(["50", "100", "200", "500", "1,000"], Labels(LogScale.Around([30, 1300]), 7));
        Assert.Equal(["1", "10", "100", "1,000", "10,000"], Labels(LogScale.Around([1, 20_000]), 7));
    }

    [Fact]
    public void Ticks_ManyCategories_AreThinnedOut() =>
        Assert.Equal(["0", "20", "40", "60", "80"], Labels(new CategoryScale([.. Enumerable.Range(0, 100).Select(label => $"{label}")]), 5));

    [Fact]
    public void Ticks_AnyRange_AreInsideAndAboutAsManyAsAsked() =>
        Gen.Select(Gen.Double[-1e6, 1e6], Gen.Double[1e-3, 1e6], Gen.Int[3, 8]).Sample((low, width, count) =>
        {
            LinearScale scale = LinearScale.Exact(low, low + width);
            Tick[] ticks = [.. scale.Ticks(count)];
            Assert.InRange(ticks.Length, 1, (1.45 * count) + 2);
            Assert.All(ticks, tick => Assert.InRange(tick.Place, scale.Low - (1e-6 * width), scale.High + (1e-6 * width)));
            Assert.Equal(ticks.Length, ticks.Select(tick => tick.Label).Distinct().Count());
        });

    [Fact]
    public void FromZero_Values_FitBelowARoundTop()
    {
        // The top is the round number above 87, with 2 % of room for points that stand at it.
        Assert.Equal(102, LinearScale.FromZero([3, double.NaN, 87]).High, 9);
        Assert.Equal(1.02, LinearScale.FromZero([0.97], most: 1).High, 9);
        Assert.Equal((0, 1), (LinearScale.FromZero([]).Low, LinearScale.FromZero([0]).High));
    }

    private static string[] Labels(Scale scale, int count) => [.. scale.Ticks(count).Select(tick => tick.Label.Replace('\u00A0', ' '))];
}
