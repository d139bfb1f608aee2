using System.Globalization;

namespace Straggler.Reports.Differences;

/// <summary>Whether two values as they stand in files are the same.</summary>
/// <param name="tolerance">How far apart numbers may lie: see <see cref="DifferenceOptions.Tolerance"/>.</param>
internal sealed class ValueComparison(double tolerance)
{
    /// <summary>Whether they are: the same text, or numbers of the same value or within the tolerance.</summary>
    public bool AreSame(string left, string right)
    {
        if (left == right)
        {
            return true;
        }

        if (IsWhole(left) && IsWhole(right))
        {
            // Written in full by this program, so another text is another number; doubles would not tell large ones apart.
            return false;
        }

        return Number(left) is { } one && Number(right) is { } other && AreSame(one, other);
    }

    private bool AreSame(double left, double right) =>
        left.Equals(right) || Math.Abs(left - right) <= tolerance * Math.Max(1, Math.Max(Math.Abs(left), Math.Abs(right)));

    private static bool IsWhole(string text) =>
        text.AsSpan(text.StartsWith('-') ? 1 : 0) is { IsEmpty: false } digits && digits.IndexOfAnyExceptInRange('0', '9') < 0;

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
}
