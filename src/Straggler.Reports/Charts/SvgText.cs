using System.Globalization;
using System.Text.RegularExpressions;

namespace Straggler.Reports.Charts;

/// <summary>Tidies the SVG that Skia writes.</summary>
internal static partial class SvgText
{
    /// <summary>Makes the text depend on the drawing alone, and readable where the font is not installed.</summary>
    /// <remarks>
    /// Skia numbers clip paths over the whole process; numbered within the file, the same figure is the same bytes. Where a reader's
    /// system has no Inter, a similar font serves. Skia takes the semi-bold's weight, 600, for 500, which other fonts show as regular.
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
        string weighted = numbered.Replace("font-weight=\"500\"", "font-weight=\"600\"", StringComparison.Ordinal);
        return FontFamily().Replace(weighted, $"font-family=\"{ReportFonts.Family}, Helvetica, Arial, sans-serif\"");
    }

    [GeneratedRegex("cl_[0-9a-f]+")]
    private static partial Regex ClipPathName();

    /// <summary>The family's name, with that of its weight appended where the font file has it so ("Inter Semi Bold").</summary>
    [GeneratedRegex($"font-family=\"{ReportFonts.Family}[^\"]*\"")]
    private static partial Regex FontFamily();
}
