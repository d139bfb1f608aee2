using CsCheck;
using Straggler.Inference;

namespace Straggler.Tests.Inference;

public sealed class InferenceTests
{
    [Fact]
    public void Summary_FiveValues_IsTheTextbookInterval()
    {
        // 1..5: mean 3, deviation √(10/4) = √2.5; t(0.975; 4) = 2.776445 from the tables, so ± 2.776445 · √2.5 / √5 = 1.963243.
        SampleSummary summary = SampleSummary.Of([1, 2, 3, 4, 5, double.NaN]);

        Assert.Equal((5, 3.0), (summary.Count, summary.Mean));
        Assert.Equal(Math.Sqrt(2.5), summary.Deviation, 1e-12);
        Assert.Equal(1.963243, summary.HalfWidth, 1e-6);
    }

    [Fact]
    public void Summary_OneValueOrNone_HasNoInterval()
    {
        Assert.Equal(new(1, 7, double.NaN, double.NaN), SampleSummary.Of([7]));
        Assert.Equal(new(0, double.NaN, double.NaN, double.NaN), SampleSummary.Of([double.NaN]));
    }

    [Fact]
    public void Paired_StudentsSleepData_GivesThePublishedValues()
    {
        // Student 1908, hours of sleep gained under two drugs: mean difference 1.58, t = 4.0621 on 9 degrees of freedom, p = 0.002833.
        double[] first = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        double[] second = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        PairedComparison comparison = PairedComparison.Of(first, second);

        Assert.Equal(1.58, comparison.Difference.Mean, 1e-9);
        Assert.Equal(0.002833, comparison.TTest, 1e-6);

        // d_z = t / √10 = 1.284558, times 1 − 3/35.
        Assert.Equal(4.0621277 / Math.Sqrt(10) * (1 - (3 / 35.0)), comparison.EffectSize, 1e-6);

        // One difference is 0; all nine others are positive: 2 of 2⁹ signs are as extreme.
        Assert.Equal(2 / 512.0, comparison.Wilcoxon, 1e-12);
    }

    [Fact]
    public void Wilcoxon_FewPairs_CountsTheSigns()
    {
        // |differences| 1, 2, 3 with signs +, -, +: positive ranks 1 + 3 = 4, negative 2. Sums of signs up to 2: {}, {1}, {2}: 3 of 8; twice that.
        Assert.Equal(0.75, PairedComparison.Of([1, 0, 3], [0, 2, 0]).Wilcoxon, 1e-12);

        // Ties: |differences| 1, 1: mid-ranks 1.5 each, both positive: 1 of 4 signs, and its mirror.
        Assert.Equal(0.5, PairedComparison.Of([1, 1], [0, 0]).Wilcoxon, 1e-12);
        Assert.True(double.IsNaN(PairedComparison.Of([1, 1], [1, 1]).Wilcoxon));
    }

    [Fact]
    public void Wilcoxon_DifferencesThatRoundingAloneTellsApart_Tie()
    {
        // 0.1, −0.1 and −0.1 but for rounding, which would make the first the smallest and p 0.5. All tie: mid-rank 2 each, positive 2 of 6;
        // no or one positive sign, 4 of 8, are as extreme; twice that.
        Assert.True(0.3 - 0.2 < 0.2 - 0.1);
        Assert.Equal(1, PairedComparison.Of([0.3, 0.1, 0.7], [0.2, 0.2, 0.8]).Wilcoxon, 1e-12);

        // 0.1 + 0.2 and 0.3 are equal, so that only the second pair counts: both of its signs are as extreme.
        Assert.Equal(1, PairedComparison.Of([0.1 + 0.2, 1], [0.3, 0]).Wilcoxon, 1e-12);

        // Small values next to small ones keep their order, whatever their scale: 1, 2 and 3 with signs +, −, + as above.
        Assert.Equal(0.75, PairedComparison.Of([1e-9, 0, 3e-9], [0, 2e-9, 0]).Wilcoxon, 1e-12);
    }

    [Fact]
    public void Paired_PairsWithGaps_AreLeftOut() =>
        Assert.Equal(PairedComparison.Of([1, 2, 4], [0, 3, 1]), PairedComparison.Of([1, 9, 2, 4], [0, double.NaN, 3, 1]));

    [Fact]
    public void Paired_SwappedSides_MirrorsTheDifference() => Gen.Double[-1, 1].Array[2, 12].Sample(values =>
    {
        double[] other = [.. values.Select((_, index) => Math.Sin(index))];
        PairedComparison one = PairedComparison.Of(values, other), mirror = PairedComparison.Of(other, values);
        Assert.Equal(one.Difference.Mean, -mirror.Difference.Mean, 1e-12);
        Assert.Equal(one.TTest, mirror.TTest, 1e-12);
        Assert.Equal(one.Wilcoxon, mirror.Wilcoxon, 1e-12);
    });

    [Fact]
    public void Holm_FourValues_AreAdjustedStepByStep()
    {
        // Ordered 0.005, 0.01, 0.03, 0.04 times 4, 3, 2, 1: 0.02, 0.03, 0.06, and 0.04 raised to 0.06.
        double[] adjusted = Holm.Adjust([0.01, 0.04, double.NaN, 0.03, 0.005]);
        Assert.Equal([0.03, 0.06, double.NaN, 0.06, 0.02], adjusted.Select(value => Math.Round(value, 12)));
        Assert.Equal([1.0, 1.0], Holm.Adjust([0.9, 0.6]));
    }

    [Fact]
    public void Ranks_Ties_ShareTheirPlaces()
    {
        // Unit 0: 3 > 2 > 1. Unit 1: 5 = 5 > 4: ranks 1.5, 1.5, 3. Unit 2 is incomplete.
        double[] ranks = Ranks.Mean([[3, 5, 1], [2, 5, double.NaN], [1, 4, 2]], higherIsBetter: true);
        Assert.Equal([1.25, 1.75, 3], ranks);
        Assert.Equal([3, 1], Ranks.Mean([[2.0], [1.0]], higherIsBetter: false).Select(rank => (2 * rank) - 1));
    }
}
