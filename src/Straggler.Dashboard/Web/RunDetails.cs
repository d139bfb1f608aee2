using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Straggler.Dashboard.Runs;

namespace Straggler.Dashboard.Web;

/// <summary>What a run's own page shows beside its curves: summary.json, config.yaml, the files.</summary>
internal static class RunDetails
{
    /// <summary>Answers for the run that the query names.</summary>
    public static Task ServeAsync(HttpContext context, RunCatalog catalog)
    {
        catalog.RefreshIfOld();
        return context.Request.Query["id"] is [{ } id] && catalog.Find(id) is { } run
            ? Answer.JsonAsync(context, json => Write(json, run.Row, run.Directory))
            : Answer.NotFoundAsync(context);
    }

    private static void Write(Utf8JsonWriter json, RunRow row, string directory)
    {
        Dictionary<string, string> files = RunFiles.Of(directory).ToDictionary(file => file.Name, file => file.Path);
        json.WriteStartObject();
        json.WritePropertyName("run");
        RunJson.Write(json, row);
        json.WriteString("config", Text(files, "config.yaml"));
        json.WritePropertyName("summary");
        WriteSummary(json, Text(files, "summary.json"));
        json.WriteStartArray("files");
        foreach (string name in files.Keys)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSummary(Utf8JsonWriter json, string? text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text ?? "null");
            document.RootElement.WriteTo(json);
        }
        catch (JsonException)
        {
            json.WriteNullValue(); // The list says what is wrong with it.
        }
    }

    private static string? Text(Dictionary<string, string> files, string name)
    {
        try
        {
            return files.TryGetValue(name, out string? path) ? File.ReadAllText(path) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
