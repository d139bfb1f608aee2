using System.Globalization;
using System.Text.RegularExpressions;

namespace Straggler.Reports.Charts;

/// <summary>Tidies the SVG that Skia writes.</summary>
internal static partial class SvgText
{
    /// <summary>Makes the text depend on the drawing alone, and readable where the font is not installed.</summary>
    /// <remarks>
    /// Skia numbers clip paths over the whole process; numbered within the file, the same figure is the same bytes. Where a reader's
    /// system has no Inter, a similar font serves.
    /// </remarks>
    public static string Tidy(string svg)
    {
        Dictionary<string, string> names = [];
        string numbered = ClipPathName().Replace(svg, match =>
        {
            if (!names.TryGetValue(match.Value, out string? name))
            {
                names[match.Value] = name = "clip" + names.Count.ToString(CultureInfo.InvariantCulture);
            }

            return name;
        });
        return numbered.Replace(
            $"font-family=\"{ReportFonts.Family}\"", $"font-family=\"{ReportFonts.Family}, Helvetica, Arial, sans-serif\"", StringComparison.Ordinal);
    }

    [GeneratedRegex("cl_[0-9a-f]+")]
    private static partial Regex ClipPathName();
}
