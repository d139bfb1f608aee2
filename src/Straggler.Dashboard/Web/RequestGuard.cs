using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Straggler.Dashboard.Web;

/// <summary>Lets through what the dashboard's own pages ask for, and nothing else.</summary>
/// <remarks>
/// Any web page that the user visits can make the browser send requests to 127.0.0.1. The name in Host must be the loopback's, so that no
/// foreign name that leads here (DNS rebinding) can read; the port may be another one, of a tunnel. Origin, where given, must be the host
/// itself, and no Access-Control header is ever sent. Only GET and HEAD exist.
/// </remarks>
internal static class RequestGuard
{
    private static readonly string[] _names = ["127.0.0.1", "localhost"];

    /// <summary>The middleware.</summary>
    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            headers.Allow = "GET, HEAD";
            return Answer.ProblemAsync(context, StatusCodes.Status405MethodNotAllowed, "Only GET and HEAD are answered.");
        }

        return !_names.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase)
            ? Answer.ProblemAsync(context, StatusCodes.Status421MisdirectedRequest, "The dashboard answers to 127.0.0.1 and localhost only.")
            : IsForeign(context.Request)
                ? Answer.ProblemAsync(context, StatusCodes.Status403Forbidden, "The dashboard answers its own pages only.")
                : next(context);
    }

    private static bool IsForeign(HttpRequest request)
    {
        if (request.Headers.Origin is { Count: > 0 } origin
            && (origin.Count > 1 || !string.Equals(origin[0], $"http://{request.Host.Value}", StringComparison.OrdinalIgnoreCase)))
        {
            return true;
        }

        // A link from elsewhere may open a page; nothing else may be asked for from elsewhere.
        string from = Single(request, "Sec-Fetch-Site");
        bool opensPage = Single(request, "Sec-Fetch-Mode") == "navigate" && Single(request, "Sec-Fetch-Dest") == "document"
            && !request.Path.StartsWithSegments("/api");
        return from is not ("" or "same-origin" or "none") && !opensPage;
    }

    private static string Single(HttpRequest request, string header) => request.Headers[header] is StringValues { Count: 1 } value ? value[0] ?? "" : "";
}
