using System.Globalization;

namespace Straggler.Staleness;

/// <summary>A weight written as arithmetic in the staleness <c>s</c>, such as <c>1/(1 + s)</c>.</summary>
/// <remarks>
/// Grammar: + − * / with the usual precedence, ^ or ** for powers (binding to the right, tighter than a sign on its left), parentheses,
/// numbers, <c>s</c> (or <c>tau</c>), <c>e</c>, <c>pi</c>, and the functions exp, log, sqrt, abs, min(a, b), max(a, b). Nothing else is
/// understood and no code is run.
/// </remarks>
public sealed class StalenessExpression : IStalenessWeight
{
    private const int LongestText = 1_000;
    private const int CheckedOneByOne = 10_000;
    private const long CheckedByDoubling = 1L << 40;
    private readonly Func<double, double> _value;

    private StalenessExpression(Func<double, double> value) => _value = value;

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The expression.</param>
    /// <exception cref="FormatException">
    /// It is wrong or longer than 1,000 characters, or its value is negative or not finite for some staleness up to 10,000 or for one of
    /// 20,000, 40,000, ... up to 2⁴⁰.
    /// </exception>
    public static StalenessExpression Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > LongestText)
        {
            // A sum of very many terms would overflow the stack when its value is taken.
            throw new FormatException($"\"{text[..40]}...\" has {text.Length} characters; an expression has at most {LongestText}");
        }

        Func<double, double> value = new ExpressionParser(text).ParseAll();
        for (long staleness = 0; staleness <= CheckedByDoubling; staleness = staleness < CheckedOneByOne ? staleness + 1 : 2 * staleness)
        {
            double weight = value(staleness);
            if (!double.IsFinite(weight) || weight < 0)
            {
                throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                    $"\"{text}\" is {weight} at s = {staleness}; a weight must be finite and not negative"));
            }
        }

        return new(value);
    }

    /// <inheritdoc/>
    public double Weight(long staleness) => _value(staleness);
}
