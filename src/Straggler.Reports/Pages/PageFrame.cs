using System.Reflection;

namespace Straggler.Reports.Pages;

/// <summary>Beginning and end of every page: one file that needs no network, follows dark mode and fits a phone.</summary>
internal static class PageFrame
{
    /// <summary>The colours of all pages, light and dark, as CSS variables.</summary>
    public static string Tokens { get; } = Resource("tokens.css");

    /// <summary>Begins a page.</summary>
    /// <param name="html">The page.</param>
    /// <param name="title">What it is about.</param>
    public static void Begin(Html html, string title) =>
        html.Raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n")
            .Element("title", $"{title} – Straggler")
            .Raw("<style>\n").Raw(Tokens).Raw(Resource("report.css")).Raw("</style>\n</head>\n<body>\n<main>\n");

    /// <summary>Ends it, with the script that names the values under the pointer. Without it the page shows the same.</summary>
    public static void End(Html html) => html.Raw("</main>\n<script>\n").Raw(Resource("report.js")).Raw("</script>\n</body>\n</html>\n");

    private static string Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Straggler.Reports.Pages." + name)
            ?? throw new InvalidOperationException($"{name} is not in the assembly.");
        return new StreamReader(stream).ReadToEnd();
    }
}
