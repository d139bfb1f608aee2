using System.Globalization;
using CsCheck;
using Straggler.Staleness;

namespace Straggler.Tests.Staleness;

public sealed class StalenessExpressionTests
{
    [Theory]
    [InlineData("1/(1 + s)", 3, 0.25)]
    [InlineData("1 / 1 + s", 3, 4)]
    [InlineData("8/4/2", 0, 1)] // to the left
    [InlineData("9-3-2", 0, 4)] // to the left
    [InlineData("2+3*4", 0, 14)]
    [InlineData("2*s**2", 3, 18)] // a product, then a power
    [InlineData("2*s^2", 3, 18)]
    [InlineData("(2*s)^2", 3, 36)]
    [InlineData("2^3^2", 0, 512)] // to the right
    [InlineData("2**3**2", 0, 512)]
    [InlineData("10 - 2^2", 0, 6)]
    [InlineData("5 + -2", 0, 3)]
    [InlineData("5--2", 0, 7)]
    [InlineData("+5", 0, 5)]
    [InlineData("9 + -2^2", 0, 5)] // the power binds tighter than the sign on its left
    [InlineData("(0-2)^2", 0, 4)]
    [InlineData("2^-1", 0, 0.5)] // a sign on its right is part of the exponent
    [InlineData("2^-s", 2, 0.25)]
    [InlineData("1e5", 0, 100_000)]
    [InlineData("1E-2", 0, 0.01)]
    [InlineData("2.5e+1", 0, 25)]
    [InlineData(".5", 0, 0.5)]
    [InlineData("5.", 0, 5)]
    [InlineData("2*e", 0, 2 * Math.E)]
    [InlineData("e^-s", 1, 1 / Math.E)]
    [InlineData("exp(-0.5*s)", 2, 1 / Math.E)]
    [InlineData("sqrt(s)", 9, 3)]
    [InlineData("log(e)", 0, 1)]
    [InlineData("abs(1 - s)", 3, 2)]
    [InlineData("min(s, 3) + max(1, 2)", 5, 5)]
    [InlineData("max(0.1, 1/(1+s))", 99, 0.1)]
    [InlineData("pi", 0, Math.PI)]
    [InlineData("tau", 7, 7)]
    [InlineData("  1/(1+s)\t", 1, 0.5)]
    public void Parse_RightText_HasTheValueOfSchoolArithmetic(string text, long staleness, double expected) =>
        Assert.Equal(expected, StalenessExpression.Parse(text).Weight(staleness), Math.Abs(expected) * 1e-14);

    [Theory]
    [InlineData("", 1)]
    [InlineData("   ", 4)]
    [InlineData("1 +", 4)]
    [InlineData("2e", 2)] // a number, then a name with nothing between them
    [InlineData("s e", 3)]
    [InlineData("2s", 2)]
    [InlineData("2(s)", 2)]
    [InlineData("1..2", 1)]
    [InlineData(".", 1)]
    [InlineData("2e+", 1)]
    [InlineData("1/(1+s", 7)]
    [InlineData("1/1+s)", 6)]
    [InlineData("min(s)", 6)]
    [InlineData("exp(s, 1)", 6)]
    [InlineData("exp s", 5)]
    [InlineData("foo", 1)]
    [InlineData("1 + S", 5)]
    [InlineData("s * * 2", 5)]
    [InlineData("2 ^ ", 5)]
    [InlineData("1 $ 2", 3)]
    [InlineData("s²", 2)]
    [InlineData("１", 1)]
    [InlineData("1;2", 2)]
    [InlineData("s == 1", 3)]
    [InlineData("__import__('os').system('true')", 1)]
    [InlineData("System.IO.File.Delete(\"x\")", 1)]
    [InlineData("lambda s: 1", 1)]
    [InlineData("1 if s else 2", 3)]
    [InlineData("s\0", 2)]
    public void Parse_WrongText_PointsAtTheCharacter(string text, int place)
    {
        FormatException problem = Assert.Throws<FormatException>(() => StalenessExpression.Parse(text));
        Assert.Contains($"character {place.ToString(CultureInfo.InvariantCulture)}:", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-s^2")] // −(s²): negative from s = 1
    [InlineData("1 - s")]
    [InlineData("1/s")] // infinite at 0
    [InlineData("log(s)")]
    [InlineData("sqrt(0-s)")]
    [InlineData("0/0")]
    [InlineData("1e400")]
    [InlineData("exp(s)")]
    [InlineData("10 - log(1 + s)")] // negative from s = 22,026
    [InlineData("1 - s/20000")] // negative from s = 20,001
    public void Parse_ValueThatIsNoWeight_SaysWhere(string text)
    {
        FormatException problem = Assert.Throws<FormatException>(() => StalenessExpression.Parse(text));
        Assert.Contains("at s = ", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("-", "")]
    [InlineData("abs(", ")")]
    [InlineData("2^", "")]
    [InlineData("1+", "")]
    [InlineData("1*", "")]
    [InlineData("min(s,", ")")]
    public void Parse_HostilelyLongText_IsRefusedAndDoesNotOverflowTheStack(string before, string after)
    {
        string text = string.Concat(Enumerable.Repeat(before, 200_000)) + "1" + string.Concat(Enumerable.Repeat(after, 200_000));
        FormatException problem = Assert.Throws<FormatException>(() => StalenessExpression.Parse(text));
        Assert.True(problem.Message.Length < 2_000, "the message repeats the whole text");
    }

    [Fact]
    public void Parse_ModerateNesting_IsFine() =>
        Assert.Equal(1, StalenessExpression.Parse(new string('(', 20) + "1" + new string(')', 20)).Weight(0));

    [Fact]
    public void Parse_AnyText_GivesAWeightOrAFormatException() =>
        Gen.OneOf(
            Gen.String[Gen.Char["s+-*/^().0123456789e, mainxploqrtbu"], 0, 30],
            Gen.String[0, 30]).Sample(text =>
        {
            try
            {
                Assert.InRange(StalenessExpression.Parse(text).Weight(12_345), 0, double.MaxValue);
            }
            catch (FormatException)
            {
                // Refused with an explanation, which is all that a wrong text may come to.
            }
        }, iter: 2_000);

    [Fact]
    public void Parse_RandomSums_AgreeWithATwin() => Tree(4).Sample(
        tree => Assert.Equal(Math.Abs(tree.Value), StalenessExpression.Parse($"abs({tree.Text})").Weight(2), 1e-9 * (1 + Math.Abs(tree.Value))), iter: 500);

    /// <summary>Expressions over 2, 3 and s with each their value at s = 2, made bracket by bracket beside the text.</summary>
    private static Gen<(string Text, double Value)> Tree(int depth) => depth == 0
        ? Gen.Int[0, 2].Select(leaf => leaf switch { 0 => ("2", 2.0), 1 => ("3", 3.0), _ => ("s", 2.0) })
        : from left in Tree(depth - 1)
          from right in Tree(depth - 1)
          from sign in Gen.Int[0, 2]
          select sign switch
          {
              0 => ($"({left.Text} + {right.Text})", left.Value + right.Value),
              1 => ($"({left.Text} - {right.Text})", left.Value - right.Value),
              _ => ($"{left.Text}*{right.Text}", left.Value * right.Value),
          };
}
