using Straggler.Federation;
using Straggler.Flower;
using Straggler.Flower.Client;
using Straggler.Flower.Models;

namespace Straggler.Cli.Tests;

/// <summary>How <c>straggler serve</c> begins: with whose model, and what becomes of clients if it cannot.</summary>
public sealed class ServeStartTests : IDisposable
{
    private static readonly WireLayout _layout = WireLayout.Of(new ParameterLayout([new("w", [3], ParameterKind.Parameter, 0)]));

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Serve_FirstClientsModelIsOfNoUse_BeginsWithTheNextOnes()
    {
        await using ServeProcess server = await ServeProcess.StartAsync(
            _folder.Path, "--name", "live", "--initial", "client", "n_clients=2", "concurrency=1", "strategy=fedasync", "rounds=3");
        Task spoiled = JoinAsync(server, new ForeignMember(float.NaN));
        FlowerException fault = await Assert.ThrowsAsync<FlowerException>(() => spoiled);
        Task proper = JoinAsync(server, new ForeignMember(1));
        CommandResult result = await server.EndAsync();
        await proper;

        Assert.Contains("its parameters are of no use: the model holds values that are not finite", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("was dropped: its parameters are of no use", result.Errors, StringComparison.Ordinal);
        Assert.Equal(3, new RecordedRun(_folder.PathOf("runs", "live")).Updates.Count);
    }

    [Fact]
    public async Task Serve_InitialFileIsNotFinite_IsRefused()
    {
        ParameterLayout layout = new([new("linear.weight", [10, 784], ParameterKind.Parameter, 0), new("linear.bias", [10], ParameterKind.Parameter, 7840)]);
        float[] values = new float[layout.Length];
        values[17] = float.NegativeInfinity;
        SafeTensorsFile.Write(_folder.PathOf("bad.safetensors"), layout, values);

        CommandResult result = await CommandLine.RunAsync(_folder.Path, "serve", "--port", "0", "--quiet", "--initial", "bad.safetensors", "model=logistic");

        Assert.Equal((2, "bad.safetensors holds values that are not finite."), (result.ExitCode, result.Errors.Trim()));
    }

    private static async Task JoinAsync(ServeProcess server, IFlowerClient client) => await new FlowerMember(
        new() { Server = server.Address!, MaximumFailures = 1 }, TimeProvider.System, () => 0, _ => { }).RunAsync(client, Cancellation);

    /// <summary>A client with a model of its own, all of whose parameters are one number, to which it adds 1.</summary>
    private sealed class ForeignMember(float value) : IFlowerClient
    {
        public Task<WireModel?> GetParametersAsync(IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation) =>
            Task.FromResult<WireModel?>(_layout.Write([value, value, value]));

        public Task<FitReport> FitAsync(WireModel model, IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation)
        {
            float[] values = new float[3];
            _layout.Read(model, values);
            return Task.FromResult(new FitReport(_layout.Write([.. values.Select(old => old + 1)]), 5, new Dictionary<string, Scalar>()));
        }
    }
}
