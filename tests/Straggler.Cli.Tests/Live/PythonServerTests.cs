using Straggler.Arrays;
using Straggler.Flower.Tests.Live;

namespace Straggler.Cli.Tests.Live;

/// <summary><c>straggler client</c> at the server of the real Flower, unmodified. Skipped where there is none.</summary>
public sealed class PythonServerTests : IDisposable
{
    private const int Rounds = 3;

    /// <summary>FedAvg as it comes; afterwards a file with the final model (f0, f1, ...) and what the last round's clients sent (c0_0, ..., n0).</summary>
    private const string Server = """
        import sys, numpy as np, flwr as fl
        import flwr.server
        address, clients, rounds, file = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
        class Spy(fl.server.strategy.FedAvg):
            def aggregate_fit(self, server_round, results, failures):
                self.out = {}
                for i, (_, r) in enumerate(results):
                    self.out.update({f"c{i}_{j}": a for j, a in enumerate(fl.common.parameters_to_ndarrays(r.parameters))}, **{f"n{i}": np.full(1, r.num_examples, np.float64)})
                p, m = super().aggregate_fit(server_round, results, failures)
                self.out.update({f"f{j}": a for j, a in enumerate(fl.common.parameters_to_ndarrays(p))})
                return p, m
        s = Spy(min_fit_clients=clients, min_evaluate_clients=clients, min_available_clients=clients)
        fl.server.start_server(server_address=address, config=fl.server.ServerConfig(num_rounds=rounds), strategy=s)
        np.savez(file, **s.out)
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Client_OneAtAPythonServer_TheSimulationsModelToTheBit()
    {
        // With one client FedAvg takes over what it trained, as FedAsync with a mixing rate of 1 does.
        float[] final = Values(await TrainAsync(1), "f");
        float[] simulated = await SimulateAsync(1, "strategy=fedasync", "strategy.eta=1", "strategy.proximal=0");
        Assert.Equal(simulated, final);
    }

    [Fact]
    public async Task Client_ThreeAtAPythonServer_TheMeanOfTheirModelsAndCloseToTheSimulation()
    {
        IReadOnlyList<NpzEntry> entries = await TrainAsync(3);
        float[] final = Values(entries, "f");
        double[] samples = [.. Enumerable.Range(0, 3).Select(client => (double)Values(entries, $"n{client}")[0])];
        float[][] sent = [.. Enumerable.Range(0, 3).Select(client => Values(entries, $"c{client}_"))];
        float[] mean = [.. Enumerable.Range(0, final.Length).Select(i => (float)(Enumerable.Range(0, 3).Sum(client => samples[client] * sent[client][i]) / samples.Sum()))];
        float[] simulated = await SimulateAsync(3, "strategy=fedavg");

        Assert.Equal(3, samples.Distinct().Count());
        Assert.InRange(Farthest(mean, final), 0, 1e-6);
        Assert.InRange(Farthest(simulated, final), 0, 1e-5);
        Assert.NotEqual(sent[0], sent[1]);
    }

    /// <summary>So many clients of ours train at a server of Python's.</summary>
    private async Task<IReadOnlyList<NpzEntry>> TrainAsync(int clients)
    {
        await PythonPeer.RequireAsync();
        string address = $"127.0.0.1:{PythonPeer.FreePort()}", file = _folder.PathOf("model.npz");
        Task<(int Code, string Output, string All)> server = PythonPeer.RunAsync(Server, address, $"{clients}", $"{Rounds}", file);
        CommandResult[] members = await Task.WhenAll(Enumerable.Range(0, clients).Select(client =>
            CommandLine.RunAsync(_folder.Path, ["client", "--server", address, "--client", $"{client}", .. Experiment(clients)])));
        (int code, _, string all) = await server;
        Assert.True(code == 0, all);
        Assert.All(members, member => Assert.True(member.ExitCode == 0, member.Errors));
        using FileStream stream = File.OpenRead(file);
        return NpzFile.Read(stream, long.MaxValue);
    }

    /// <summary>The final model of a simulation of as many rounds.</summary>
    private async Task<float[]> SimulateAsync(int clients, params string[] strategy)
    {
        CommandResult run = await CommandLine.RunAsync(
            _folder.Path, ["run", "--name", "simulated", .. Experiment(clients), $"rounds={Rounds * clients}", "eval.every_events=100", .. strategy]);
        Assert.True(run.ExitCode == 0, run.Errors);
        return SavedModel.Read(_folder.PathOf("runs", "simulated", "model.safetensors"));
    }

    private static string[] Experiment(int clients) =>
        ["model=mlp", "dataset.train_limit=300", "dataset.test_limit=100", "seed=4", $"n_clients={clients}", $"concurrency={clients}", "partition.min_samples=5"];

    /// <summary>The arrays whose names begin so, one after the other.</summary>
    private static float[] Values(IReadOnlyList<NpzEntry> entries, string prefix)
    {
        NpyArray[] arrays = [.. entries.Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(entry => entry.Array)];
        WireLayout layout = WireLayout.Of(arrays);
        float[] values = new float[layout.Parameters.Length];
        layout.ReadArrays(arrays, values);
        return values;
    }

    private static float Farthest(float[] one, float[] other)
    {
        Assert.Equal(one.Length, other.Length);
        return one.Zip(other, (a, b) => Math.Abs(a - b)).Max();
    }
}
