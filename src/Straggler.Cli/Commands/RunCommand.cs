using System.CommandLine;
using Straggler.Cli.Running;

namespace Straggler.Cli.Commands;

/// <summary><c>straggler run</c>, one simulation from a configuration to a run directory, and <c>straggler timeline</c>, the same without training.</summary>
internal static class RunCommand
{
    /// <summary><c>straggler run</c>.</summary>
    public static Command Create() => Create("run", "Run one simulation.", []);

    /// <summary><c>straggler timeline</c>.</summary>
    public static Command CreateTimeline() => Create(
        "timeline",
        "Run the timeline of a simulation without training anything: staleness, participation and throughput, as run with training=none.",
        ["training=none"]);

    private static Command Create(string verb, string summary, string[] fixedOverrides)
    {
        Argument<string[]> overrides = ConfigurationArguments.Overrides();
        Option<string?> file = ConfigurationArguments.File();
        Option<string> parent = new("--out") { Description = "Where the run directory is made.", DefaultValueFactory = _ => "runs" };
        Option<string?> name = new("--name") { Description = "The run directory's name; made from strategy, data set and seed by default." };
        Option<string?> resume = new("--resume")
        {
            Description = "Go on with the run in this run directory, from its last checkpoint; rounds=... and other budgets can be raised.",
        };
        Option<int> workers = WorkersOption.Create();
        Option<bool> quiet = new("--quiet") { Description = "No progress and no summary; errors only." };
        Option<bool> json = new("--json") { Description = "Print summary.json on standard output and nothing else there." };
        Option<bool> profile = new("--profile") { Description = "Print where the wall time went (on standard error with --json)." };
        Command command = new(verb, summary) { overrides, file, parent, name, resume, workers, quiet, json, profile };
        command.Validators.Add(result => ConfigurationArguments.Alone(result, resume, file, parent, name));
        command.Validators.Add(result => ConfigurationArguments.NotEmpty(result, file, parent, name, resume));
        command.SetAction((parsed, cancellation) => ExperimentCommand.RunAsync(
            new()
            {
                ConfigurationFile = parsed.GetValue(file),
                Overrides = [.. parsed.GetValue(overrides) ?? [], .. fixedOverrides],
                Parent = parsed.GetRequiredValue(parent),
                Name = parsed.GetValue(name),
                Resume = parsed.GetValue(resume),
                Workers = parsed.GetValue(workers),
                Quiet = parsed.GetValue(quiet),
                Json = parsed.GetValue(json),
                Profile = parsed.GetValue(profile),
            },
            cancellation));
        return command;
    }
}
