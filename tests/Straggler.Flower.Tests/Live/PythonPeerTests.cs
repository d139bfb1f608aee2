using System.Globalization;
using Straggler.Arrays;
using Straggler.Federation;
using Straggler.Flower.Client;
using Straggler.Flower.Models;
using Straggler.Flower.Server;
using Straggler.Flower.Tests.Support;

namespace Straggler.Flower.Tests.Live;

/// <summary>The real Flower, unmodified, at the other end. Skipped where there is none.</summary>
public sealed class PythonPeerTests
{
    private const int Limit = 180_000;

    /// <summary>Adds 1 to everything, and answers in other types and orders than it was asked in.</summary>
    private const string Client = """
        import sys, numpy as np, flwr as fl
        import flwr.client
        class Peer(fl.client.NumPyClient):
            def get_properties(self, config):
                return {"name": "peer", "n": 3, "x": 0.5, "yes": True, "raw": b"\x00\xff"}
            def get_parameters(self, config):
                return [np.arange(6, dtype=np.float32).reshape(2, 3), np.zeros(2)]
            def fit(self, parameters, config):
                w, b = parameters
                assert w.dtype == np.float32 and list(config) , config
                return [np.asfortranarray(w + 1), (b + 1).astype(np.float64)], 10 + config["round"], {"train_loss": 0.5, "lr": config["lr"]}
            def evaluate(self, parameters, config):
                return float(sum(p.sum() for p in parameters)), 7, {"accuracy": 0.75}
        fl.client.start_client(server_address=sys.argv[1], client=Peer().to_client())
        """;

    private const string Big = """
        import sys, numpy as np, flwr as fl
        import flwr.client
        class Peer(fl.client.NumPyClient):
            def fit(self, parameters, config):
                return [p * 2 for p in parameters], 1, {}
        fl.client.start_client(server_address=sys.argv[1], client=Peer().to_client())
        """;

    private const string Server = """
        import sys, numpy as np, flwr as fl
        import flwr.server
        class Spy(fl.server.strategy.FedAvg):
            def aggregate_fit(self, server_round, results, failures):
                p, m = super().aggregate_fit(server_round, results, failures)
                a = fl.common.parameters_to_ndarrays(p)
                print("fit", server_round, len(failures), [str(x.dtype) for x in a], float(sum(x.sum() for x in a)), results[0][1].num_examples, results[0][1].metrics, flush=True)
                return p, m
        h = fl.server.start_server(server_address=sys.argv[1], config=fl.server.ServerConfig(num_rounds=2),
            strategy=Spy(min_fit_clients=1, min_evaluate_clients=1, min_available_clients=1, on_fit_config_fn=lambda r: {"lr": 0.25, "server_round": r}))
        print("losses", h.losses_distributed, flush=True)
        """;

    private static readonly WireLayout _layout = WireLayout.Of(new ParameterLayout(
        [new("w", [2, 3], ParameterKind.Parameter, 0), new("b", [2], ParameterKind.Parameter, 6)]));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task OurServer_PythonClients_WorkAsynchronously()
    {
        await PythonPeer.RequireAsync();
        await using RunningServer server = await RunningServer.StartAsync();
        Task<(int Code, string Output, string All)>[] peers = [.. Enumerable.Range(0, 3).Select(_ => PythonPeer.RunAsync(Client, server.Address))];
        ConnectedClient[] clients = [await server.NextClientAsync(), await server.NextClientAsync(), await server.NextClientAsync()];

        IReadOnlyDictionary<string, Scalar> properties = (await clients[0].GetPropertiesAsync(Example.NoConfig, Cancellation))!;
        float[] initial = new float[8];
        _layout.Read((await clients[0].GetParametersAsync(Example.NoConfig, Cancellation))!, initial);
        await Task.WhenAll(clients.Select(client => WorkAsync(client, 20)));
        await server.Server.StopAsync(TimeSpan.Zero);
        (int Code, string Output, string All)[] ends = await Task.WhenAll(peers);

        Assert.Equal(
            new Dictionary<string, Scalar> { ["name"] = "peer", ["n"] = 3L, ["x"] = 0.5, ["yes"] = true, ["raw"] = Scalar.FromBytes([0, 255]) },
            properties);
        Assert.Equal([0, 1, 2, 3, 4, 5, 0, 0], initial);
        Assert.All(ends, end => Assert.True(end.Code == 0, end.All));
        Assert.All(clients, client => Assert.Equal(DepartureKind.Left, client.Departed.Result.Kind));
    }

    [Fact(Timeout = Limit)]
    public async Task OurServer_PythonClientWithTwentyMegabytes_Works()
    {
        await PythonPeer.RequireAsync();
        await using RunningServer server = await RunningServer.StartAsync();
        Task<(int Code, string Output, string All)> peer = PythonPeer.RunAsync(Big, server.Address);
        ConnectedClient client = await server.NextClientAsync();
        WireLayout layout = WireLayout.Of(new ParameterLayout([new("w", [5_000_000], ParameterKind.Parameter, 0)]));

        float[] values = [.. Enumerable.Range(0, 5_000_000).Select(i => i / 4f)], trained = new float[values.Length];
        _ = await client.FitAsync(layout.Write(values), layout, Example.NoConfig, trained, Cancellation);
        await server.Server.StopAsync(TimeSpan.Zero);

        Assert.Equal(values.Select(value => value * 2), trained);
        Assert.True((await peer).Code == 0);
    }

    [Fact(Timeout = Limit)]
    public async Task OurServer_PythonClientKilled_TheTaskIsLost()
    {
        await PythonPeer.RequireAsync();
        await using RunningServer server = await RunningServer.StartAsync();
        Task<(int Code, string Output, string All)> peer = PythonPeer.RunAsync(
            Big.Replace("return [p * 2", "import os; os._exit(9); return [p * 2", StringComparison.Ordinal), server.Address);
        ConnectedClient client = await server.NextClientAsync();

        ClientGoneException gone = await Assert.ThrowsAsync<ClientGoneException>(
            () => client.FitAsync(_layout.Write(new float[8]), _layout, Example.NoConfig, new float[8], Cancellation));
        _ = await peer;

        Assert.Equal(DepartureKind.Lost, gone.Departure.Kind);
    }

    [Fact(Timeout = Limit)]
    public async Task PythonServer_OurClient_TakesPart()
    {
        await PythonPeer.RequireAsync();
        string address = $"127.0.0.1:{PythonPeer.FreePort()}";
        Task<(int Code, string Output, string All)> peer = PythonPeer.RunAsync(Server, address);
        ScriptedClient client = new(_layout);

        // Real time: the server takes a while to start, and a first attempt may come too soon.
        FlowerClientOptions options = new() { Server = address, FirstWait = TimeSpan.FromSeconds(0.2), LongestWait = TimeSpan.FromSeconds(1) };
        await new FlowerMember(options, TimeProvider.System, () => 0, _ => { }).RunAsync(client, Cancellation);
        (int code, string output, string all) = await peer;

        // It begins with eight ones of the client, and each round adds 1 to each: 16, then 24.
        Assert.True(code == 0, all);
        Assert.Contains("fit 1 0 ['float32', 'float32'] 16.0 10 {'train_loss': 0.5}", output, StringComparison.Ordinal);
        Assert.Contains("fit 2 0 ['float32', 'float32'] 24.0 10 {'train_loss': 0.5}", output, StringComparison.Ordinal);
        Assert.Contains("losses [(1, 0.25), (2, 0.25)]", output, StringComparison.Ordinal);
        Assert.Equal([0.25, 0.25], client.Configs.Select(config => config["lr"].Number));
        Assert.Equal([1, 2], client.Configs.Select(config => config["server_round"].Whole));
    }

    private static async Task WorkAsync(ConnectedClient client, int tasks)
    {
        float[] model = new float[8];
        for (int round = 1; round <= tasks; round++)
        {
            float[] trained = new float[8];
            Dictionary<string, Scalar> config = new() { ["round"] = (long)round, ["lr"] = 0.1 };
            FitResult result = await client.FitAsync(_layout.Write(model), _layout, config, trained, Cancellation);

            Assert.Equal(model.Select(value => value + 1), trained);
            Assert.Equal((10 + round, 0.1), (result.Samples, result.Metrics["lr"].Number));
            model = trained;
        }

        EvaluateResult evaluation = (await client.EvaluateAsync(_layout.Write(model), Example.NoConfig, Cancellation))!;
        Assert.Equal(model.Sum().ToString(CultureInfo.InvariantCulture), evaluation.Loss.ToString(CultureInfo.InvariantCulture));
    }
}
