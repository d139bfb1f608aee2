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

    /// <summary>A fourth quantity, or a line that crosses blue bars.</summary>
    Orange,

    /// <summary>Reference lines.</summary>
    Grey,

    /// <summary>Reference lines that cross bars.</summary>
    Black,
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
        Ink.Orange => "#E69F00",
        Ink.Grey => "#6B7280",
        Ink.Black => "#111827",
        _ => throw new ArgumentOutOfRangeException(nameof(ink), ink, null),
    };

    /// <summary>The name of the class that has the colour in report.css.</summary>
    public static string CssClass(this Ink ink) => ink switch
    {
        Ink.Blue => "blue",
        Ink.Vermillion => "vermillion",
        Ink.Green => "green",
        Ink.Orange => "orange",
        Ink.Grey => "grey",
        Ink.Black => "black",
        _ => throw new ArgumentOutOfRangeException(nameof(ink), ink, null),
    };
}
