using System.CommandLine;
using System.Globalization;
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
        Argument<string> workload = new("workload") { Description = "W1: 200 updates of the small CNN on the full Fashion-MNIST." };
        workload.AcceptOnlyFromAmong(WorkloadW1.Name);
        Option<int> workers = WorkersOption.Create();
        Option<bool> json = new("--json") { Description = "Print the result as JSON." };
        Command command = new("bench", "Measure a standard workload against the bare training steps (takes minutes).") { workload, workers, json };
        command.SetAction((parsed, cancellation) => MeasureAsync(parsed.GetValue(workers), parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> MeasureAsync(int workers, bool json, CancellationToken cancellation)
    {
        BenchResult result = await new WorkloadW1(workers).MeasureAsync(Console.Error.WriteLine, cancellation).ConfigureAwait(false);
        Console.WriteLine(json ? JsonSerializer.Serialize(result, _jsonStyle) : Describe(result));
        return ExitCodes.Success;
    }

    private static string Describe(BenchResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {result.Workload}: {result.GradientSteps} gradient steps, {result.Evaluations} evaluations, {result.Workers} workers
        simulation                  {result.WallSeconds,8:F2} s
        bare loop                   {result.FloorSeconds,8:F2} s   simulation / this = {result.Ratio:F3}
        bare loop, default layout   {result.DefaultLayoutSeconds,8:F2} s   simulation / this = {result.DefaultLayoutRatio:F3}
        """);
}
