using System.CommandLine;
using Straggler.Cli.Running;
using Straggler.Experiments;
using Straggler.Lab.Running;

namespace Straggler.Cli.Commands;

/// <summary><c>straggler data partition</c>: deals a data set out and saves who got what.</summary>
internal static class PartitionCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string[]> overrides = ConfigurationArguments.Overrides();
        Option<string?> file = ConfigurationArguments.File();
        Option<string> output = new("--out")
        {
            Description = "The file: JSON, or CSV if it ends in .csv. partition: {name: file, path: ...} reads it.",
            DefaultValueFactory = _ => "partition.json",
        };
        Command command = new("partition", "Deal a data set out as a configuration says, and save the clients' samples.") { overrides, file, output };
        command.Validators.Add(result => ConfigurationArguments.NotEmpty(result, file, output));
        command.SetAction((parsed, cancellation) => Task.FromResult(Save(
            ExperimentCommand.LoadPlan(parsed.GetValue(file), parsed.GetValue(overrides) ?? []), parsed.GetRequiredValue(output), cancellation)));
        return command;
    }

    private static int Save(ExperimentPlan plan, string path, CancellationToken cancellation)
    {
        DealtData data = DealtData.Load(plan, Console.Error.WriteLine, cancellation);
        data.Save(path);
        int[] sizes = [.. data.Clients.Select(client => client.Train.Length)];
        Console.WriteLine($"{path}: {sizes.Sum()} of {data.Dataset.TrainLabels.Length} training samples over {sizes.Length} clients, {sizes.Min()} to {sizes.Max()} each");
        return ExitCodes.Success;
    }
}
