using System.CommandLine;
using Straggler.Cli.Running;

namespace Straggler.Cli.Commands;

/// <summary><c>straggler run</c>: one simulation, from a configuration to a run directory.</summary>
internal static class RunCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string[]> overrides = new("key=value")
        {
            Description = "Overrides of configuration fields, such as rounds=500 strategy=fedbuff strategy.buffer_size=8 delay.params=[0,1.5]",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string?> file = new("--cfg") { Description = "The configuration file; configs/experiment.yaml if there is one, else defaults." };
        Option<string> parent = new("--out") { Description = "Where the run directory is made.", DefaultValueFactory = _ => "runs" };
        Option<string?> name = new("--name") { Description = "The run directory's name; made from strategy, data set and seed by default." };
        Option<int> workers = WorkersOption.Create();
        Option<bool> quiet = new("--quiet") { Description = "No progress and no summary; errors only." };
        Option<bool> json = new("--json") { Description = "Print summary.json on standard output and nothing else there." };
        Command command = new("run", "Run one simulation.") { overrides, file, parent, name, workers, quiet, json };
        command.SetAction((parsed, cancellation) => ExperimentCommand.RunAsync(
            new()
            {
                ConfigurationFile = parsed.GetValue(file),
                Overrides = parsed.GetValue(overrides) ?? [],
                Parent = parsed.GetRequiredValue(parent),
                Name = parsed.GetValue(name),
                Workers = parsed.GetValue(workers),
                Quiet = parsed.GetValue(quiet),
                Json = parsed.GetValue(json),
            },
            cancellation));
        return command;
    }
}
