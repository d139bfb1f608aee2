using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Straggler.Cli.Running;

namespace Straggler.Cli.Commands;

/// <summary><c>straggler serve</c>: the strategies over live clients.</summary>
internal static class ServeCommand
{
    /// <summary>The variable that may hold the token.</summary>
    private const string TokenVariable = "STRAGGLER_TOKEN";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string[]> overrides = ConfigurationArguments.Overrides();
        ConfigurationArguments.Refuse(overrides, LivePlan.NotTheServers, given => $"{given} is the clients' business, so it has no effect here. "
            + "Allowed: the strategy, the scheduler, the model, the evaluation and whatever else is the server's.");
        RunArguments arguments = new RunArguments(
            overrides, RunArguments.DefaultName, IntegerOption.Create("--workers", "Threads that evaluate.", most: 1024, standard: 1))
            .WithFileOrResume("Go on with the run in this run directory, from its last checkpoint.");
        Option<int> port = IntegerOption.Create("--port", "The port to listen on; 0 for any that is free.", most: 65535, standard: 8080, least: 0);
        Option<IPAddress> bind = new("--bind")
        {
            Description = "The address to listen on; 127.0.0.1 (this machine only) by default, 0.0.0.0 for all networks.",
            DefaultValueFactory = _ => IPAddress.Loopback,
            CustomParser = ParseAddress,
        };
        Option<string?> certificate = new("--certificate") { Description = "PEM file with the server's certificate: talk with encryption. Needs --key." };
        Option<string?> key = new("--key") { Description = "PEM file with the certificate's private key." };
        Option<string?> token = new("--token-file") { Description = $"File with a token that clients must show; the variable {TokenVariable} does the same." };
        Option<int> clients = IntegerOption.Create("--min-clients", "How many clients to wait for before the run begins.", most: 1_000_000, standard: 1, least: 0);
        Option<double> timeout = NumberOption.Create("--task-timeout", "Seconds that a client may take for a task.", least: 0.001, most: 2_000_000, standard: 3600);
        Option<double> transfer = NumberOption.Create(
            "--transfer-timeout", "Seconds that a message may take on its way.", least: 0.001, most: 2_000_000, standard: 300);
        Option<double?> message = NumberOption.Create(
            "--max-message", "Largest message of a client, in MiB; as large as the model may be by default, 512 while it is not known.", least: 0.001, most: 2047);
        Option<int> connections = IntegerOption.Create(
            "--max-connections", "Most connections at once; 0, the default, for 2000 or four for each of n_clients.", most: 1_000_000, standard: 0, least: 0);
        Option<int> evaluators = IntegerOption.Create(
            "--evaluation-clients", "How many clients evaluate a model that the server cannot evaluate itself.", most: 1_000_000, standard: 10);
        Option<double> patience = NumberOption.Create(
            "--evaluation-timeout", "Seconds that an evaluation by clients is waited for at most.", least: 0.001, most: 2_000_000, standard: 300);
        Option<bool> finite = new("--drop-non-finite")
        {
            Description = "Send clients away whose updates hold NaN or infinity; without it the update is refused and the client stays.",
        };
        Option<string?> initial = new("--initial")
        {
            Description = "The model to begin with: a .npz or .safetensors file, or \"client\": the first client's, whatever its architecture. Made from the seed by default.",
        };
        Command command = new("serve", "Run a strategy over live clients: Flower's (Python) and straggler client's.");
        arguments.AddTo(command, port, bind, certificate, key, token, clients, timeout, transfer, message, connections, evaluators, patience, finite, initial);
        command.Validators.Add(result => ConfigurationArguments.NotEmpty(result, certificate, key, token, initial));
        command.SetAction((parsed, cancellation) => LiveSession.RunAsync(
            new()
            {
                Run = arguments.Read(parsed),
                Server = new()
                {
                    Address = parsed.GetRequiredValue(bind),
                    Port = parsed.GetValue(port),
                    CertificateFile = parsed.GetValue(certificate),
                    PrivateKeyFile = parsed.GetValue(key),
                    Token = parsed.GetValue(token) is { } secret ? File.ReadAllText(secret).Trim() : Environment.GetEnvironmentVariable(TokenVariable),
                    ReplyTimeout = TimeSpan.FromSeconds(parsed.GetValue(timeout)),
                    TransferTimeout = TimeSpan.FromSeconds(parsed.GetValue(transfer)),

                    // What comes nevertheless the run looks at itself: it refuses and records it.
                    AllowNonFinite = !parsed.GetValue(finite),
                },
                MaximumMessageBytes = (int?)(parsed.GetValue(message) * (1 << 20)),
                MaximumConnections = parsed.GetValue(connections) is > 0 and int most ? most : null,
                Initial = parsed.GetValue(initial),
                MinimumClients = parsed.GetValue(clients),
                Evaluation = new()
                {
                    Clients = parsed.GetValue(evaluators),
                    Timeout = TimeSpan.FromSeconds(parsed.GetValue(patience)),
                },
            },
            cancellation));
        return command;
    }

    private static IPAddress ParseAddress(ArgumentResult result)
    {
        if (IPAddress.TryParse(result.Tokens[0].Value, out IPAddress? address))
        {
            return address;
        }

        result.AddError($"--bind: \"{result.Tokens[0].Value}\" is not usable. Expected an address of this machine, such as 127.0.0.1 or 0.0.0.0.");
        return IPAddress.Loopback;
    }
}
