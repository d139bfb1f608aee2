using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Straggler.Cli.Running;
using Straggler.Configuration;
using Straggler.Experiments;
using Straggler.Flower.Client;
using Straggler.Lab.Running;
using Straggler.Simulation;

namespace Straggler.Cli.Commands;

/// <summary><c>straggler client</c>: joins a Flower server and trains on a share of a local data set.</summary>
internal static class ClientCommand
{
    private static readonly StreamPurpose _waits = new("flower.waits");

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string[]> overrides = ConfigurationArguments.Overrides();
        Option<string?> file = ConfigurationArguments.File();
        Option<string> server = new("--server") { Description = "The server as host:port.", Required = true };
        Option<int?> client = new("--client") { Description = "Which of the configuration's clients to be, from 0.", CustomParser = ParseClient };
        Option<(int Part, int Parts)?> shard = new("--shard")
        {
            Description = "Which part of the data to hold, as 3/10: the third of ten clients (n_clients=10).",
            CustomParser = ParseShard,
        };
        Option<bool> tls = new("--tls") { Description = "Talk with encryption." };
        Option<string?> roots = new("--root-certificates") { Description = "PEM file of certificates that vouch for the server; the system's by default." };
        Option<string?> token = new("--token-file") { Description = "File with the token that the server asks for." };
        Option<bool> quiet = new("--quiet") { Description = "No lines about tasks; errors only." };
        Command command = new("client", "Join a Flower server (Python's, or straggler serve) as one client with its share of the data.")
        {
            overrides, file, server, client, shard, tls, roots, token, quiet,
        };
        command.Validators.Add(result => ConfigurationArguments.NotEmpty(result, file, server, roots, token));
        command.Validators.Add(result => OneOf(result, client, shard));
        command.SetAction((parsed, cancellation) =>
        {
            (int Part, int Parts)? part = parsed.GetValue(shard);
            return TakePartAsync(
                LoadPlan(parsed.GetValue(file), parsed.GetValue(overrides) ?? [], part?.Parts),
                part?.Part - 1 ?? parsed.GetValue(client)!.Value,
                new()
                {
                    Server = parsed.GetRequiredValue(server),
                    Tls = parsed.GetValue(tls) || parsed.GetValue(roots) is not null,
                    RootCertificatesFile = parsed.GetValue(roots),
                    Token = parsed.GetValue(token) is { } secret ? File.ReadAllText(secret).Trim() : null,
                },
                parsed.GetValue(quiet) ? _ => { }
            : Console.Error.WriteLine,
                cancellation);
        });
        return command;
    }

    private static ExperimentPlan LoadPlan(string? file, string[] overrides, int? parts)
    {
        string[] clients = parts is null ? [] : [$"n_clients={parts}", "concurrency=1"];
        ExperimentPlan plan = ExperimentCommand.LoadPlan(file, [.. overrides, .. clients]);
        return plan.Training == TrainingMode.Local ? plan : throw new InvalidOptionException("training", "a client trains. Expected local");
    }

    private static async Task<int> TakePartAsync(
        ExperimentPlan plan, int client, FlowerClientOptions options, Action<string> log, CancellationToken cancellation)
    {
        RandomStream waits = new RandomStreams(plan.Seed).Open(_waits, client);
        FlowerMember member = new(options, TimeProvider.System, () => waits.NextDouble(), log);
        if (client >= plan.ClientCount)
        {
            throw new InvalidOptionException("n_clients", $"there is no client {client} among {plan.ClientCount}. Expected --client 0 to {plan.ClientCount - 1}");
        }

        DealtData data = DealtData.Load(plan, log, cancellation);
        using FederationMember self = new(plan, data, client, TimeProvider.System, log);
        log($"Client {client} of {plan.ClientCount}, {data.Clients[client].Train.Length} samples, joins {options.Server}");
        await member.RunAsync(self, cancellation).ConfigureAwait(false);
        return ExitCodes.Success;
    }

    private static void OneOf(CommandResult result, Option client, Option shard)
    {
        if (result.GetResult(client) is { Implicit: false } == result.GetResult(shard) is { Implicit: false })
        {
            result.AddError("Which share of the data? Expected either --client or --shard.");
        }
    }

    private static int? ParseClient(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int client))
        {
            return client;
        }

        result.AddError($"--client: \"{text}\" is not usable. Expected an integer from 0.");
        return null;
    }

    private static (int Part, int Parts)? ParseShard(ArgumentResult result)
    {
        string[] numbers = result.Tokens[0].Value.Split('/');
        if (numbers.Length == 2
            && int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out int part)
            && int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out int parts)
            && part >= 1 && part <= parts)
        {
            return (part, parts);
        }

        result.AddError($"--shard: \"{result.Tokens[0].Value}\" is not usable. Expected a part and the number of parts, such as 3/10.");
        return null;
    }
}
