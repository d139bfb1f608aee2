using Straggler.SelfCheck;

namespace Straggler.Tests.SelfCheck;

/// <summary>The tests' p-values against printed tables, and what becomes of them.</summary>
public sealed class SignificanceTests
{
    [Theory]
    [InlineData(1.959964, 0.05)]
    [InlineData(-6.109410, 1e-9)]
    public void Normal_TabulatedQuantile_GivesItsTail(double z, double expected) =>
        Assert.Equal(expected, Significance.Normal(5 + (3 * z), 5, 9), expected * 1e-4);

    [Fact]
    public void Student_TabulatedQuantile_GivesItsTail() => Assert.Equal(0.05, Significance.Student(2.262157, 9), 1e-6);

    [Fact]
    public void ChiSquare_TabulatedQuantile_GivesItsTail()
    {
        // (10 + d − 10)²/10 in two of four bins: 2d²/10; d = 10 gives 20, for which a table with 3 degrees of freedom has 1.6974e-4.
        Assert.Equal(1.6974e-4, Significance.ChiSquare([20, 0, 10, 10], [10, 10, 10, 10]), 1e-8);
    }

    [Fact]
    public void Joint_SeveralTests_IsTheSmallestTimesTheirNumber()
    {
        Assert.Equal(0.03, Significance.Joint([0.5, 0.01, 0.2]), 1e-15);
        Assert.Equal(1, Significance.Joint([0.9, 0.8]));
    }

    [Fact]
    public void BatchMeans_ThreeBatches_IsStudentsTByHand()
    {
        // Batches (1, 3), (2, 4), (5, 7) have means 2, 3, 6: mean 11/3, variance 13/3; the 9 fills no batch.
        BatchMeans batches = new(2);
        foreach (double value in new double[] { 1, 3, 2, 4, 5, 7, 9 })
        {
            batches.Add(value);
        }

        Assert.Equal(11 / 3.0, batches.Mean, 1e-12);
        Assert.Equal(Significance.Student((11 / 3.0) / Math.Sqrt(13 / 9.0), 2), batches.Test(0), 1e-12);
    }

    [Theory]
    [InlineData(0.2, Verdict.Holds)]
    [InlineData(1e-8, Verdict.Holds)]
    [InlineData(1e-10, Verdict.Fails)]
    [InlineData(double.NaN, Verdict.Fails)]
    public void Statistical_PValue_DecidesTheVerdict(double pValue, Verdict expected) =>
        Assert.Equal(expected, Finding.Statistical("claim", "1", "2", pValue).Verdict);
}
