using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Straggler.Dashboard.Runs;
using Straggler.Reports;
using Straggler.Reports.Comparison;

namespace Straggler.Dashboard.Web;

/// <summary>In what chosen runs differ, and which are one method under several seeds: by the rules of <c>straggler compare</c>.</summary>
internal static class RunComparison
{
    /// <summary>Answers for the runs that the query names.</summary>
    public static Task ServeAsync(HttpContext context, RunCatalog catalog)
    {
        catalog.RefreshIfOld();
        ComparedRun[] runs =
        [
            .. context.Request.Query["run"].OfType<string>().Distinct().Select(id => (Id: id, Run: catalog.Find(id))).Where(pair => pair.Run is not null)
                .Select(pair => new ComparedRun(pair.Id, pair.Run!.Value.Settings.GetValueOrDefault("seed", "?"), new(pair.Run.Value.Settings, StringComparer.Ordinal), [])),
        ];
        return Answer.JsonAsync(context, json => Write(json, runs));
    }

    private static void Write(Utf8JsonWriter json, ComparedRun[] runs)
    {
        json.WriteStartObject();
        json.WriteStartArray("groups");
        foreach ((string label, IEnumerable<ComparedRun> members) in Groups(runs))
        {
            json.WriteStartObject();
            json.WriteString("label", label);
            json.WriteStartArray("runs");
            foreach (ComparedRun run in members)
            {
                json.WriteStringValue(run.Path);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("differing");
        foreach (string key in ComparisonDesign.Differing(runs))
        {
            json.WriteStartObject(key);
            foreach (ComparedRun run in runs)
            {
                json.WriteString(run.Path, run.Settings.GetValueOrDefault(key));
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static IEnumerable<(string Label, IEnumerable<ComparedRun> Runs)> Groups(ComparedRun[] runs)
    {
        try
        {
            ComparisonDesign design = ComparisonDesign.Of(runs, ComparisonDesign.ServerSide);
            bool alike = design.Scenarios is [{ Methods.Length: 1 }];
            return [.. design.Scenarios.SelectMany(scenario => scenario.Methods.Select(method => (
                alike ? runs[0].Settings.GetValueOrDefault("strategy.name", method.Label)
                    : design.Scenarios.Length > 1 ? $"{method.Label}, {scenario.Label}" : method.Label,
                method.Runs.Values)))];
        }
        catch (ReportException)
        {
            return runs.Select(run => (run.Path, (IEnumerable<ComparedRun>)[run])); // The same settings and seed twice: no means over seeds.
        }
    }
}
