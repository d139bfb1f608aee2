using System.Globalization;
using CsCheck;
using Straggler.Flower.Server;

namespace Straggler.Flower.Tests.Server;

public sealed class LogTextTests
{
    [Theory]
    [InlineData("array \"fc.weight\": größer als 1 – 😀", "array \"fc.weight\": größer als 1 – 😀")]
    [InlineData("x\nclient 7 joined\u001b[2J", "x\\u000aclient 7 joined\\u001b[2J")]
    [InlineData("a\u2028b\u202ec\u0085", "a\\u2028b\\u202ec\\u0085")]
    public void Of_Text_WritesWhatDoesNotShowAsNumbers(string text, string expected) => Assert.Equal(expected, LogText.Of(text));

    [Fact]
    public void Of_LongText_IsCut()
    {
        Assert.Equal(new('x', 200), LogText.Of(new('x', 200)));
        Assert.Equal(new string('x', 200) + "…", LogText.Of(new('x', 1_000_000)));
    }

    [Fact]
    public void Of_AnyText_IsOneShortLine() => Gen.String.Sample(text =>
    {
        string line = LogText.Of(text);
        Assert.InRange(line.Length, 0, 200 + "\\u10ffff…".Length);
        Assert.DoesNotContain(line, letter => char.IsControl(letter) || char.GetUnicodeCategory(letter) == UnicodeCategory.Format);
    });
}
