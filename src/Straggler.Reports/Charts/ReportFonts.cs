using System.Reflection;
using ScottPlot;
using SkiaSharp;

namespace Straggler.Reports.Charts;

/// <summary>The font of the image files, which travels with the library: a bare server has none, and figures look alike everywhere.</summary>
/// <remarks>
/// Inter (SIL Open Font License 1.1, Fonts/LICENSE.txt), cut down to Latin, Greek and mathematical signs. Without fonts on the system
/// ScottPlot would draw charts with no text at all, silently.
/// </remarks>
internal sealed class ReportFonts : IFontResolver
{
    /// <summary>The family's name.</summary>
    public const string Family = "Inter";

    private static readonly Lazy<bool> _registration = new(Insert);

    private readonly Lazy<SKTypeface> _regular = new(() => Load("Inter-Regular.otf"));
    private readonly Lazy<SKTypeface> _semiBold = new(() => Load("Inter-SemiBold.otf"));

    private ReportFonts()
    {
    }

    /// <summary>Makes ScottPlot know the font; once for the process.</summary>
    public static void Register() => _ = _registration.Value;

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        fontName != Family ? null : weight >= FontWeight.SemiBold ? _semiBold.Value : _regular.Value;

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) =>
        CreateTypeface(fontName, bold ? FontWeight.Bold : FontWeight.Normal, FontSlant.Upright, FontSpacing.Normal);

    private static bool Insert()
    {
        Fonts.FontResolvers.Insert(0, new ReportFonts());
        Fonts.Default = Family;
        return true;
    }

    private static SKTypeface Load(string file)
    {
        Assembly assembly = typeof(ReportFonts).Assembly;
        using Stream stream = assembly.GetManifestResourceStream($"Straggler.Reports.Charts.Fonts.{file}")
            ?? throw new InvalidOperationException($"The font {file} is not in the assembly.");
        return SKTypeface.FromStream(stream) ?? throw new InvalidOperationException($"The font {file} cannot be read.");
    }
}
