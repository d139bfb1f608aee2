using System.Globalization;

namespace Straggler.SelfCheck;

/// <summary>Numbers as the findings show them.</summary>
internal static class Text
{
    /// <summary>Invariant text.</summary>
    public static string Of(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>Up to five digits.</summary>
    public static string Of(double value) => value.ToString("G5", CultureInfo.InvariantCulture);

    /// <summary>Several numbers, of up to five digits each.</summary>
    public static string Of(IEnumerable<double> values) => string.Join(", ", values.Select(Of));
}
