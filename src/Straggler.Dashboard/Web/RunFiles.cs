using Microsoft.AspNetCore.Http;
using Straggler.Dashboard.Runs;

namespace Straggler.Dashboard.Web;

/// <summary>Hands out the files of listed runs: those of the contract (docs/run-directory.md), and its figures.</summary>
/// <remarks>
/// What is asked for is compared with the names that there are, and never becomes part of a path. The files are shown in a sandbox: a page
/// from a run's folder cannot ask the dashboard for anything.
/// </remarks>
internal static class RunFiles
{
    private const string Policy =
        "sandbox allow-scripts allow-downloads allow-popups; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

    private static readonly Dictionary<string, string> _types = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".yaml"] = "text/plain; charset=utf-8",
        [".json"] = "application/json; charset=utf-8",
        [".csv"] = "text/plain; charset=utf-8",
        [".parquet"] = "application/vnd.apache.parquet",
        [".png"] = "image/png",
        [".svg"] = "image/svg+xml",
    };

    private static readonly string[] _contract =
    [
        "report.html", "config.yaml", "summary.json", "metrics.csv", "updates.csv", "updates.parquet", "in_flight.csv", "clients.csv", "partition.csv", "partition.json", "classes.csv",
    ];

    /// <summary>The names of a run's files that can be had, such as <c>figures/accuracy.svg</c>, with their paths.</summary>
    /// <param name="directory">The run's directory.</param>
    public static IEnumerable<(string Name, string Path)> Of(string directory) =>
        _contract.Select(name => (Name: name, Path: Path.Combine(directory, name))).Concat(Figures(directory)).Where(file => FileStamp.Of(file.Path).Exists);

    /// <summary>Answers with a file: <c>RUN/NAME</c>.</summary>
    public static Task ServeAsync(HttpContext context, RunCatalog catalog)
    {
        catalog.RefreshIfOld();
        string asked = context.Request.RouteValues["path"] as string ?? "";
        for (int slash = asked.LastIndexOf('/'); slash > 0; slash = asked.LastIndexOf('/', slash - 1))
        {
            if (catalog.Find(asked[..slash]) is { } run)
            {
                string name = asked[(slash + 1)..];
                string? path = Of(run.Directory).Where(file => file.Name == name).Select(file => file.Path).FirstOrDefault();
                return path is null ? Answer.NotFoundAsync(context) : SendAsync(context, path);
            }
        }

        return Answer.NotFoundAsync(context);
    }

    private static IEnumerable<(string Name, string Path)> Figures(string directory)
    {
        DirectoryInfo folder = new(Path.Combine(directory, "figures"));
        return folder.Exists && (folder.Attributes & FileAttributes.ReparsePoint) == 0
            ? folder.EnumerateFiles().Where(file => _types.ContainsKey(file.Extension)).OrderBy(file => file.Name, StringComparer.Ordinal)
                .Select(file => ("figures/" + file.Name, file.FullName))
            : [];
    }

    private static Task SendAsync(HttpContext context, string path)
    {
        long length = new FileInfo(path).Length; // It may grow meanwhile; what has come by now is sent.
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.ContentType = _types[Path.GetExtension(path)];
        context.Response.ContentLength = length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.SendFileAsync(path, 0, length, context.RequestAborted);
    }
}
