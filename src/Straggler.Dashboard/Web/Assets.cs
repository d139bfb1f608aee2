using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Http;
using Straggler.Reports.Pages;

namespace Straggler.Dashboard.Web;

/// <summary>The page itself, its style and its scripts: resources of this assembly.</summary>
internal static class Assets
{
    private const string Prefix = "page/";

    /// <summary>No inline script or style, nothing from anywhere else, and no HTML made of text.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private static readonly Dictionary<string, byte[]> _files = Load();

    private static readonly Dictionary<string, string> _types = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    /// <summary>Answers with the page, the same one for all addresses: its script reads the address.</summary>
    public static Task PageAsync(HttpContext context) => SendAsync(context, "index.html");

    /// <summary>Answers with one of its files.</summary>
    public static Task FileAsync(HttpContext context) => SendAsync(context, context.Request.RouteValues["name"] as string ?? "");

    private static Task SendAsync(HttpContext context, string name)
    {
        if (!_files.TryGetValue(name, out byte[]? bytes))
        {
            return Answer.NotFoundAsync(context);
        }

        context.Response.Headers.ContentSecurityPolicy = Policy;
        return Answer.BytesAsync(context, _types[Path.GetExtension(name)], bytes);
    }

    private static Dictionary<string, byte[]> Load()
    {
        Assembly assembly = Assembly.GetExecutingAssembly();
        Dictionary<string, byte[]> files = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(name => name[Prefix.Length..], name => Read(assembly, name));
        files["tokens.css"] = Encoding.UTF8.GetBytes(PageFrame.Tokens);
        return files;
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using Stream stream = assembly.GetManifestResourceStream(name)!;
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
