using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Straggler.Lab.Running;
using Straggler.Reports.Tracing;
using Straggler.Reports.Tracking;

namespace Straggler.Cli.Commands;

/// <summary><c>straggler export</c>: recorded runs for other tools.</summary>
internal static class ExportCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create() => new("export", "Hand a recorded run to other tools.")
    {
        CreateTrace(),
        CreateMlflow(),
    };

    private static Command CreateTrace()
    {
        Argument<string> run = new("run") { Description = "The run directory." };
        Option<string?> path = new("--out") { Description = "The file, compressed if its name ends with .gz; trace.json.gz in the run directory by default." };
        Option<(long, long)[]> clients = new("--clients")
        {
            Description = "The clients whose tasks are shown, such as 0..19,42; all that took part by default.",
            DefaultValueFactory = _ => [],
            CustomParser = Ranges,
        };
        Option<double?> from = NumberOption.Create("--from", "Virtual seconds at which the trace begins.", 0, double.MaxValue);
        Option<double?> to = NumberOption.Create("--to", "Virtual seconds at which it ends.", 0, double.MaxValue);
        Command command = new("trace", "The timeline in virtual time, for Perfetto (ui.perfetto.dev) and chrome://tracing.") { run, path, clients, from, to };
        command.Validators.Add(result => ConfigurationArguments.NotEmpty(result, path));
        command.Validators.Add(result =>
        {
            if (result.GetValue(from) > result.GetValue(to))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"--to: \"{result.GetValue(to)}\" is before --from. Expected a time from {result.GetValue(from)} on."));
            }
        });
        command.SetAction(parsed =>
        {
            string directory = parsed.GetRequiredValue(run);
            TraceContent content = TraceExport.Write(directory, parsed.GetValue(path) ?? Path.Combine(directory, "trace.json.gz"), new()
            {
                Clients = [.. parsed.GetRequiredValue(clients)],
                From = parsed.GetValue(from) ?? 0,
                To = parsed.GetValue(to) ?? double.PositiveInfinity,
            });
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{content.Path}: {content.Tasks} {(content.Tasks == 1 ? "task" : "tasks")} of {content.Clients} {(content.Clients == 1 ? "client" : "clients")}"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateMlflow()
    {
        Argument<string> run = new("run") { Description = "The run directory." };
        Option<string?> server = new("--uri") { Description = "The tracking server, such as http://127.0.0.1:5000; MLFLOW_TRACKING_URI by default." };
        Option<string?> experiment = new("--experiment") { Description = "The experiment; MLFLOW_EXPERIMENT_NAME, or straggler, by default." };
        Option<string?> name = new("--run-name") { Description = "What the run is called there; as its directory by default." };
        Option<bool> bare = new("--no-artifacts") { Description = "Upload no files." };
        Command command = new("mlflow", "The run for an MLflow tracking server; of a run that was tracked, what the server has missed.") { run, server, experiment, name, bare };
        command.Validators.Add(result => ConfigurationArguments.NotEmpty(result, server, experiment, name));
        command.SetAction(async (parsed, cancellation) =>
        {
            MlflowSettings settings = Mlflow.Settings(new()
            {
                Uri = parsed.GetValue(server),
                Experiment = parsed.GetValue(experiment),
                RunName = parsed.GetValue(name),
                Artifacts = !parsed.GetValue(bare),
            });
            (string runId, string? problem) = await MlflowExport.SendAsync(
                parsed.GetRequiredValue(run), settings, Mlflow.CreateHandler(), TimeProvider.System, cancellation).ConfigureAwait(false);
            Console.WriteLine($"{settings.Server}: experiment {settings.Experiment}, run {runId}");
            if (problem is not null)
            {
                Console.Error.WriteLine($"warning: files are not uploaded: {problem}.");
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static (long, long)[] Ranges(ArgumentResult result)
    {
        List<(long, long)> ranges = [];
        foreach (string part in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            string[] ends = part.Split("..");
            if (ends.Length <= 2 && Client(ends[0]) is { } first && Client(ends[^1]) is { } last && first <= last)
            {
                ranges.Add((first, last));
            }
            else
            {
                result.AddError($"--clients: \"{part}\" is not usable. Expected clients and ranges of them, such as 0..19,42.");
                return [];
            }
        }

        return [.. ranges];
    }

    private static long? Client(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long client) ? client : null;
}
