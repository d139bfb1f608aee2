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
        RunArguments arguments = new RunArguments(ConfigurationArguments.Overrides(), RunArguments.DefaultName, WorkersOption.Create())
            .WithFileOrResume("Go on with the run in this run directory, from its last checkpoint; rounds=... and other budgets can be raised.");
        Option<bool> profile = new("--profile") { Description = "Print where the wall time went (on standard error with --json)." };
        Command command = new(verb, summary);
        arguments.AddTo(command);
        command.Add(profile);
        command.SetAction((parsed, cancellation) =>
        {
            RunRequest request = arguments.Read(parsed);
            return ExperimentCommand.RunAsync(
                request with { Overrides = [.. request.Overrides, .. fixedOverrides], Profile = parsed.GetValue(profile) }, cancellation);
        });
        return command;
    }
}
