using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Straggler.Cli.Bench;

namespace Straggler.Cli.Commands;

/// <summary><c>straggler bench</c>: standard workloads with the floor beside them.</summary>
internal static class BenchCommand
{
    private static readonly JsonSerializerOptions _jsonStyle = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string?> name = new("workload")
        {
            Description = string.Join("; ", Workload.All.Select(workload => $"{workload.Name}: {workload.Summary}")) + ". All by default.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        name.AcceptOnlyFromAmong([.. Workload.All.Select(workload => workload.Name)]);
        Option<int> workers = WorkersOption.Create();
        Option<bool> json = new("--json") { Description = "Print JSON: an object for one workload, an array for all." };
        Command command = new("bench", "Measure standard workloads against the bare training steps (takes minutes).") { name, workers, json };
        command.SetAction((parsed, cancellation) =>
            MeasureAsync(parsed.GetValue(name), parsed.GetValue(workers), parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> MeasureAsync(string? name, int workers, bool json, CancellationToken cancellation)
    {
        List<BenchResult> results = [];
        foreach (Workload workload in Workload.All.Where(workload => name is null || workload.Name == name))
        {
            results.Add(await new Measurement(workload, workers).MeasureAsync(Console.Error.WriteLine, cancellation).ConfigureAwait(false));
        }

        Console.WriteLine(!json ? Table(results)
            : name is null ? JsonSerializer.Serialize(results, _jsonStyle) : JsonSerializer.Serialize(results[0], _jsonStyle));
        return ExitCodes.Success;
    }

    /// <summary>A Markdown table, headed by machine and date, as docs/performance.md quotes it.</summary>
    private static string Table(List<BenchResult> results) => string.Join('\n',
    [
        string.Create(CultureInfo.InvariantCulture,
            $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors, {results[0].Workers} workers"),
        "",
        "| workload | arrivals | gradient steps | evaluations | simulation | floor | ratio | default layout | ratio |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        .. results.Select(Row),
    ]);

    private static string Row(BenchResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {result.Workload} | {result.Arrivals} | {result.GradientSteps} | {result.Evaluations} | {result.WallSeconds:F2} s | {result.FloorSeconds:F2} s | {result.Ratio:F3} | {Seconds(result.DefaultLayoutSeconds)} | {result.DefaultLayoutRatio:F3} |");

    private static string Seconds(double? seconds) => seconds is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:F2} s") : "";
}
