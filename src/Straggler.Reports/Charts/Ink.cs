namespace Straggler.Reports.Charts;

/// <summary>The colours of the charts, by role.</summary>
/// <remarks>
/// Source: M. Okabe, K. Ito, "Color Universal Design" (2008), the palette that readers with any common colour vision can tell apart.
/// The page has lighter twins for dark mode in report.css under the same names.
/// </remarks>
internal enum Ink
{
    /// <summary>The quantity the chart is about.</summary>
    Blue,

    /// <summary>What is to stand out against it.</summary>
    Vermillion,

    /// <summary>A third quantity.</summary>
    Green,

    /// <summary>Reference lines.</summary>
    Grey,
}

/// <summary>The values of the colours on white.</summary>
internal static class InkColours
{
    /// <summary>The colour as #RRGGBB.</summary>
    public static string Hex(this Ink ink) => ink switch
    {
        Ink.Blue => "#0072B2",
        Ink.Vermillion => "#D55E00",
        Ink.Green => "#009E73",
        Ink.Grey => "#6B7280",
        _ => throw new ArgumentOutOfRangeException(nameof(ink), ink, null),
    };

    /// <summary>The name of the class that has the colour in report.css.</summary>
    public static string CssClass(this Ink ink) => ink switch
    {
        Ink.Blue => "blue",
        Ink.Vermillion => "vermillion",
        Ink.Green => "green",
        Ink.Grey => "grey",
        _ => throw new ArgumentOutOfRangeException(nameof(ink), ink, null),
    };
}
