using System.Diagnostics;
using System.Text.Json;
using Straggler.Flower.Tests.Live;

namespace Straggler.Cli.Tests.Live;

/// <summary>What a client in Python does besides adding 1 to every parameter.</summary>
internal sealed record PythonClientOptions
{
    /// <summary>Sample counts, losses and accuracies depend on it.</summary>
    public int Who { get; init; }

    /// <summary>The task in which it waits until it is let go on, by its own count from 1; 0 for none.</summary>
    public int Hang { get; init; }

    /// <summary>The task in which it sends a NaN; 0 for none.</summary>
    public int Nan { get; init; }

    /// <summary>Elements of its model, one array of 32-bit floats; 0 for a small one, a matrix of 64-bit floats in Fortran's order and a vector.</summary>
    public int Size { get; init; }
}

/// <summary>An unmodified <c>start_client</c> of Flower in a Python process of its own. It tells of its tasks on standard output.</summary>
internal sealed class PythonClient : IDisposable
{
    private const string Script = """
        import sys, json, numpy as np, flwr as fl
        import flwr.client
        o = json.loads(sys.argv[2])
        class Peer(fl.client.NumPyClient):
            tasks = 0
            def get_parameters(self, config):
                if o["Size"]:
                    return [np.zeros(o["Size"], dtype=np.float32)]
                return [np.asfortranarray(np.arange(6, dtype=np.float64).reshape(2, 3)), np.zeros(2, dtype=np.float32)]
            def fit(self, parameters, config):
                self.tasks += 1
                print("fit", self.tasks, flush=True)
                if self.tasks == o["Hang"]:
                    sys.stdin.readline()
                trained = [p + 1 for p in parameters]
                if not o["Size"]:
                    assert [p.shape for p in parameters] == [(2, 3), (2,)], parameters
                    trained[0] = np.asfortranarray(trained[0].astype(np.float64))
                if self.tasks == o["Nan"]:
                    trained[0][0, 1] = np.nan
                return trained, 10 + 7 * o["Who"] + 13 * self.tasks % 29, {}
            def evaluate(self, parameters, config):
                loss, n, accuracy = 0.5 * config["server_round"] + 0.125 * o["Who"], 5 + 3 * o["Who"], (1 + o["Who"]) / 8
                print("evaluate", config["server_round"], loss, n, accuracy, flush=True)
                return loss, n, {"accuracy": accuracy}
        fl.client.start_client(server_address=sys.argv[1], client=Peer().to_client())
        """;

    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly List<string> _lines = [];

    private PythonClient(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync(Cancellation);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts one that joins a server.</summary>
    public static PythonClient Start(string address, PythonClientOptions options) =>
        new(PythonPeer.Start(Script, address, JsonSerializer.Serialize(options)));

    /// <summary>Waits until it has begun a task, by its own count from 1.</summary>
    public async Task HasBegunAsync(int task)
    {
        while (await _process.StandardOutput.ReadLineAsync(Cancellation) is { } line)
        {
            _lines.Add(line);
            if (line == $"fit {task}")
            {
                return;
            }
        }

        throw new InvalidOperationException($"The client ended without task {task}: {await _errors}");
    }

    /// <summary>Lets it go on with the task in which it waits.</summary>
    public void LetGo() => _process.StandardInput.WriteLine();

    /// <summary>Waits until it has ended.</summary>
    /// <returns>The exit code, all lines that it said, and its errors.</returns>
    public async Task<(int ExitCode, IReadOnlyList<string> Lines, string Errors)> EndAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync(Cancellation) is { } line)
        {
            _lines.Add(line);
        }

        await _process.WaitForExitAsync(Cancellation);
        return (_process.ExitCode, _lines, await _errors);
    }

    /// <summary>Waits until it has ended because it was sent home.</summary>
    /// <returns>All lines that it said.</returns>
    public async Task<IReadOnlyList<string>> EndWellAsync()
    {
        (int code, IReadOnlyList<string> lines, string errors) = await EndAsync();
        Assert.True(code == 0, errors);
        return lines;
    }

    /// <summary>Kills it, as kill -9 does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(Cancellation);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
