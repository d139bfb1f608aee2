using System.CommandLine;
using Straggler.Cli.Sweeping;

namespace Straggler.Cli.Commands;

/// <summary><c>straggler sweep</c>: many configurations, each a run.</summary>
internal static class SweepCommand
{
    private const int MostJobs = 256;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string[]> axes = new("key=values")
        {
            Description = "Values of configuration fields: alpha=0.1,1,10 strategy=fedasync,fedbuff seed=0..4 model.lr=log(0.001,0.1,5); one value holds for all trials.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string?> file = new("--cfg") { Description = "The sweep's file (docs/sweeps.md), or the configuration that all trials start from." };
        Option<string> parent = new("--out") { Description = "Where the sweep's folder is made.", DefaultValueFactory = _ => "runs" };
        Option<string?> name = new("--name") { Description = "The sweep's folder; sweep, or the name of the sweep's file, by default. The same again goes on with it." };
        Option<int> jobs = IntegerOption.Create("--jobs", "Trials at a time.", MostJobs, 1);
        Option<int> workers = WorkersOption.Create();
        Option<bool> dry = new("--dry-run") { Description = "Say which trials there are, how far they are and how long they will take; run nothing." };
        Option<bool> quiet = new("--quiet") { Description = "No progress; errors only." };
        Command command = new("sweep", "Run every combination of some values, each as a run of its own; go on where an earlier call was cut off.")
        {
            axes, file, parent, name, jobs, workers, dry, quiet,
        };
        command.Validators.Add(result => ConfigurationArguments.NotEmpty(result, file, parent, name));
        command.SetAction((parsed, cancellation) => SweepSession.RunAsync(
            new()
            {
                File = parsed.GetValue(file),
                Axes = parsed.GetValue(axes) ?? [],
                Parent = parsed.GetRequiredValue(parent),
                Name = parsed.GetValue(name),
                Jobs = parsed.GetValue(jobs),
                Workers = parsed.GetValue(workers),
                DryRun = parsed.GetValue(dry),
                Quiet = parsed.GetValue(quiet),
            },
            cancellation));
        return command;
    }
}
