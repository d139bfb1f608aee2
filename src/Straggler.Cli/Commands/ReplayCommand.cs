using System.CommandLine;
using Straggler.Cli.Running;
using Straggler.Experiments;
using Straggler.Recording;
using Straggler.Reports.Differences;
using Straggler.Reports.Records;

namespace Straggler.Cli.Commands;

/// <summary><c>straggler replay</c>: another run over the timeline of a recorded one.</summary>
internal static class ReplayCommand
{
    /// <summary>What the record says.</summary>
    private static readonly string[] _recorded =
        ["concurrency", "sample_fraction", "n_clients", "delay", "availability", "failure", "replay"];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string> run = new("RUN") { Description = "The recorded run's directory." };
        Argument<string[]> overrides = ConfigurationArguments.Overrides();
        ConfigurationArguments.Refuse(overrides, _recorded, given => $"the record says what {given} says, so it cannot be changed. "
            + "Allowed: the strategy, the model, the evaluation and whatever else does not move the timeline.");
        RunArguments arguments = new(overrides, "STRATEGY-over-RUN by default.", WorkersOption.Create());
        Command command = new("replay",
            "Run another strategy, or the same one, over the dispatches, arrivals and losses of a recorded run. straggler run --resume goes on with it.");
        command.Add(run);
        arguments.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(RunDirectory.Open(parsed.GetRequiredValue(run)), arguments.Read(parsed), cancellation));
        return command;
    }

    private static Task<int> RunAsync(RunDirectory recorded, RunRequest request, CancellationToken cancellation) => ExperimentCommand.RunAsync(
        request with
        {
            ConfigurationFile = recorded.ConfigFile,
            Overrides = ["recording.local_models=false", .. request.Overrides, .. ReplaySection.Of(recorded, request.Overrides, Console.Error.WriteLine)],
            Replayed = recorded.Name,
        },
        cancellation,
        replay =>
        {
            if (!request.Quiet && RecordedRun.IsOfLiveClients(recorded.Path))
            {
                Compare(recorded, replay);
            }
        });

    /// <summary>Says whether the server did as it did live, where it should have.</summary>
    private static void Compare(RunDirectory recorded, RunDirectory replay)
    {
        string? difference = ReplayDifference.Find(recorded.Path, replay.Path);
        if (difference is { Length: 0 })
        {
            Console.Error.WriteLine($"The server's steps are those of \"{recorded.Name}\": every row has the same version, samples, weight and outcome"
                + ReplayDifference.HasSameModel(recorded.Path, replay.Path) switch
                {
                    true => ", and the final model is the same to the bit.",
                    false => ". The final model is another one: what the clients trained live was not trained here again.",
                    null => ".",
                });
        }
        else if (difference is not null)
        {
            Console.Error.WriteLine($"The server's steps are not all those of \"{recorded.Name}\". {difference}"
                + (File.Exists(recorded.PathOf(LocalModelFile.Table)) ? ""
                    : " The record does not hold what live clients sent (recording.local_models), on which some strategies' weights depend (docs/replay.md)."));
        }
    }
}
