using System.Globalization;
using Straggler.Flower.Tests.Live;

namespace Straggler.Cli.Tests.Live;

/// <summary><c>straggler serve</c> with the clients of the real Flower, unmodified. Skipped where there is none.</summary>
public sealed class PythonFederationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Serve_OneSlowOneKilledWhoComesAgainOneLate_GoesOnWithEveryone()
    {
        await PythonPeer.RequireAsync();
        await using ServeProcess server = await ServeAsync("--min-clients", "3", "n_clients=5", "concurrency=4", "strategy=fedbuff", "strategy.buffer_size=2", "rounds=40");
        using PythonClient quick = Join(server, new() { Who = 0, Hang = 5 }), slow = Join(server, new() { Who = 1, Hang = 1 });
        using PythonClient victim = Join(server, new() { Who = 2, Hang = 1 });
        await quick.HasBegunAsync(5);
        await slow.HasBegunAsync(1);
        await victim.HasBegunAsync(1);
        await victim.KillAsync();
        using PythonClient again = Join(server, new() { Who = 2, Hang = 2 });
        await again.HasBegunAsync(2);
        using PythonClient late = Join(server, new() { Who = 3, Hang = 2 });
        await late.HasBegunAsync(2);
        PythonClient[] all = [quick, slow, again, late];
        Array.ForEach(all, client => client.LetGo());
        await server.EndWellAsync();
        foreach (PythonClient client in all)
        {
            await client.EndWellAsync();
        }

        RecordedRun run = new(_folder.PathOf("runs", "live"));
        UpdateRow lost = Assert.Single(run.Updates, row => row.Outcome != "applied");
        Assert.Equal("lost_offline", lost.Outcome);
        Assert.Contains(run.Updates, row => row.Client == lost.Client && row.Dispatched >= lost.VirtualTime);
        Assert.Equal(4, run.Updates.Select(row => row.Client).Distinct().Count());

        // Four updates of the quick one and one each of the two who came later make three steps before the slow one answers.
        Assert.Contains(run.Updates, row => row is { BaseVersion: 0, Staleness: >= 3 });
        Assert.Equal((40, 20), (run.Updates[^1].Arrival, run.Summary.GetProperty("server_steps").GetInt32()));
        await ReplayIsTheSameAsync(run);
    }

    [Fact]
    public async Task Serve_KilledAndResumed_GoesOnToTheEnd()
    {
        // Who has begun a sixth task has answered five: the checkpoint after eight answers has been written.
        await PythonPeer.RequireAsync();
        await using (ServeProcess server = await ServeAsync(
            "--min-clients", "2", "n_clients=2", "concurrency=2", "strategy=trustweight", "strategy.buffer_size=2", "strategy.theta_norm=0.5",
            "rounds=16", "checkpoint.every=8", "eval.every_events=100", "recording.local_models=true"))
        using (PythonClient one = Join(server, new() { Who = 0, Hang = 6 }), two = Join(server, new() { Who = 1, Hang = 6 }))
        {
            await one.HasBegunAsync(6);
            await two.HasBegunAsync(6);
            server.Kill();
        }

        await using ServeProcess resumed = await ServeProcess.StartAsync(_folder.Path, "--resume", "runs/live", "--min-clients", "2");
        using PythonClient first = Join(resumed, new() { Who = 0 }), second = Join(resumed, new() { Who = 1 });
        await resumed.EndWellAsync();
        await first.EndWellAsync();
        await second.EndWellAsync();

        RecordedRun run = new(_folder.PathOf("runs", "live"));
        Assert.Equal(Enumerable.Range(1, 16).Select(arrival => (long)arrival), run.Updates.Where(row => row.Outcome == "applied").Select(row => row.Arrival));
        UpdateRow[] lost = [.. run.Updates.Where(row => row.Outcome != "applied")];
        Assert.Equal(2, lost.Length);
        Assert.All(lost, row => Assert.Equal(("lost_offline", 8L, run.Updates[7].VirtualTime), (row.Outcome, row.Arrival, row.VirtualTime)));
        Assert.Equal("rounds", run.Summary.GetProperty("stop_reason").GetString());
        await ReplayIsTheSameAsync(run, "and the final model is the same to the bit");
        (int code, string arrays, string all) = await PythonPeer.RunAsync(
            "import numpy, sys; print(*[array.dtype for array in numpy.load(sys.argv[1]).values()])", _folder.PathOf("runs", "live", "local_models", "00000016.npz"));
        Assert.True(code == 0, all);
        Assert.StartsWith("float32", arrays, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_ClientsEvaluate_MetricsAreTheirMeansAndTheModelTheirArrays()
    {
        await PythonPeer.RequireAsync();
        await using ServeProcess server = await ServeAsync(
            "--min-clients", "3", "--evaluation-clients", "3", "n_clients=3", "concurrency=3", "strategy=fedavg", "rounds=12", "eval.every_events=3");
        PythonClient[] clients = [.. Enumerable.Range(0, 3).Select(who => Join(server, new() { Who = who, Nan = who == 2 ? 2 : 0 }))];
        await server.EndWellAsync();
        List<double[]> told = [];
        foreach (PythonClient client in clients)
        {
            using (client)
            {
                told.AddRange((await client.EndWellAsync()).Where(line => line.StartsWith("evaluate ", StringComparison.Ordinal)).Select(Numbers));
            }
        }

        RecordedRun run = new(_folder.PathOf("runs", "live"));
        double[][] metrics = [.. run.Text("metrics.csv").Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => Numbers("row," + line, ','))];
        int evaluating = Array.IndexOf(run.Text("metrics.csv").Split('\n')[0].Split(','), "evaluating_clients");
        int steps = run.Summary.GetProperty("server_steps").GetInt32();
        Assert.InRange(metrics.Length, 3, 6);
        Assert.Equal((0, steps), (metrics[0][2], metrics[^1][2]));
        Assert.All(metrics, row =>
        {
            // Of each client: the version, loss, number of samples and accuracy.
            double[][] answers = [.. told.Where(answer => answer[0] == row[2])];
            double samples = answers.Sum(answer => answer[2]);
            Assert.InRange(answers.Length, 1, 3);
            Assert.Equal(answers.Sum(answer => answer[2] * answer[1]) / samples, row[3], 1e-12);
            Assert.Equal(answers.Sum(answer => answer[2] * answer[3]) / samples, row[4], 1e-12);
            Assert.Equal(answers.Length, row[evaluating]);
        });
        Assert.Equal("refused_non_finite", Assert.Single(run.Updates, row => row.Outcome != "applied").Outcome);

        // Every step adds 1 to 0 1 2 / 3 4 5 and 0 0, whoever was in the round and whoever's answer was refused.
        float[] model = SavedModel.Read(_folder.PathOf("runs", "live", "model.safetensors"));
        Assert.All([0, 1, 2, 3, 4, 5, 0, 0], (initial, place) => Assert.Equal(initial + steps, model[place], 1e-5));
        await ReplayIsTheSameAsync(run);
    }

    [Fact]
    public async Task Serve_TwentyMegabytes_TheModelIsTheSumOfWhatCame()
    {
        await PythonPeer.RequireAsync();
        await using ServeProcess server = await ServeAsync("--min-clients", "2", "n_clients=2", "concurrency=2", "strategy=fedbuff", "strategy.buffer_size=1", "strategy.staleness=constant", "rounds=4");
        using PythonClient one = Join(server, new() { Size = 5_000_000 }), two = Join(server, new() { Who = 1, Size = 5_000_000 });
        await server.EndWellAsync();
        await one.EndWellAsync();
        await two.EndWellAsync();

        float[] model = SavedModel.Read(_folder.PathOf("runs", "live", "model.safetensors"));
        Assert.Equal(5_000_000, model.Length);
        Assert.DoesNotContain(model, value => Math.Abs(value - 4) > 1e-5);
    }

    private Task<ServeProcess> ServeAsync(params string[] arguments) =>
        ServeProcess.StartAsync(_folder.Path, ["--name", "live", "--initial", "client", .. arguments]);

    private static PythonClient Join(ServeProcess server, PythonClientOptions options) => PythonClient.Start(server.Address!, options);

    private async Task ReplayIsTheSameAsync(RecordedRun run, string expected = "The server's steps are those of \"live\"")
    {
        CommandResult replay = await CommandLine.RunAsync(_folder.Path, "replay", "runs/live", "--name", "again");
        Assert.True(replay.ExitCode == 0, replay.Errors);
        Assert.Equal(run.Updates, new RecordedRun(_folder.PathOf("runs", "again")).Updates);
        Assert.Contains(expected, replay.Errors, StringComparison.Ordinal);
    }

    /// <summary>The numbers of a line after its first word; NaN for an empty cell.</summary>
    private static double[] Numbers(string line) => Numbers(line, ' ');

    private static double[] Numbers(string line, char separator) =>
        [.. line.Split(separator).Skip(1).Select(cell => cell.Length == 0 ? double.NaN : double.Parse(cell, CultureInfo.InvariantCulture))];
}
