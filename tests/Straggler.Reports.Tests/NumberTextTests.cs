namespace Straggler.Reports.Tests;

public sealed class NumberTextTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(1234.4, "1,234")]
    [InlineData(66.94, "66.9")]
    [InlineData(8.789, "8.79")]
    [InlineData(0.4321, "0.432")]
    [InlineData(0.0081, "0.0081")]
    [InlineData(-8.789, "−8.79")]
    [InlineData(2.5e12, "2.5e12")]
    [InlineData(double.NaN, "–")]
    [InlineData(double.PositiveInfinity, "–")]
    public void Measure_Values_HaveAboutThreeDigits(double value, string expected) => Assert.Equal(expected, NumberText.Measure(value));

    [Theory]
    [InlineData(12.9, "12.9 s")]
    [InlineData(131.4, "2 min 11 s")]
    [InlineData(7325, "2 h 2 min")]
    [InlineData(double.NaN, "–")]
    public void Duration_Values_AreInTheUnitsOfAClock(double seconds, string expected) =>
        Assert.Equal(expected, NumberText.Duration(seconds).Replace('\u00A0', ' '));

    [Theory]
    [InlineData(999, "999 B")]
    [InlineData(812_345_678, "812 MB")]
    [InlineData(1.7e9, "1.70 GB")]
    public void Bytes_Values_AreDecimal(double bytes, string expected) => Assert.Equal(expected, NumberText.Bytes(bytes).Replace('\u00A0', ' '));

    [Theory]
    [InlineData(1, "1 client")]
    [InlineData(0, "0 clients")]
    [InlineData(1000, "1,000 clients")]
    public void Count_WithNoun_AgreesInNumber(double value, string expected) =>
        Assert.Equal(expected, NumberText.Count(value, "client").Replace('\u00A0', ' '));

    [Theory]
    [InlineData(0.8, "80 %")]
    [InlineData(0.825, "82.5 %")]
    public void RoundPercent_Targets_HaveNoIdleDecimals(double fraction, string expected) =>
        Assert.Equal(expected, NumberText.RoundPercent(fraction).Replace('\u00A0', ' '));
}
