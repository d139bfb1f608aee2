using System.Globalization;
using Straggler.Arrays;
using Straggler.Flower;
using Straggler.Flower.Client;
using Straggler.Flower.Models;
using Straggler.Flower.Server;

namespace Straggler.Benchmarks;

/// <summary>Clients that send back the model that they got, so that what is measured is a Flower server: Python's or ours.</summary>
internal static class LiveLoad
{
    /// <summary>Joins a server with so many clients, and says how many tasks a second it gave them.</summary>
    /// <param name="arguments">The server, the number of clients and the bytes of their model.</param>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var server, var count, var bytes]
            || !int.TryParse(count, CultureInfo.InvariantCulture, out int clients) || clients < 1
            || !int.TryParse(bytes, CultureInfo.InvariantCulture, out int length) || length < 4)
        {
            await Console.Error.WriteLineAsync("Expected: load HOST:PORT CLIENTS BYTES, such as load localhost:8080 10 1000000.");
            return 2;
        }

        NpyArray array = new(NpyWriter.Write([length / sizeof(float)], new float[length / sizeof(float)]));
        WireLayout layout = WireLayout.Of([array]);
        WireModel model = layout.Write(new float[layout.Parameters.Length]);
        EchoClient[] echoes = [.. Enumerable.Range(0, clients).Select(_ => new EchoClient(model))];
        try
        {
            await Task.WhenAll(echoes.Select(echo => new FlowerMember(
                new() { Server = server, MaximumFailures = 20, LongestWait = TimeSpan.FromSeconds(1) }, TimeProvider.System, () => 0.5, _ => { })
                .RunAsync(echo, CancellationToken.None)));
        }
        catch (FlowerException fault)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return 2;
        }

        long[] stamps = [.. echoes.SelectMany(echo => echo.Stamps).Order()];
        if (stamps.Length < 2)
        {
            await Console.Error.WriteLineAsync("The server gave fewer than two tasks.");
            return 1;
        }

        double seconds = TimeProvider.System.GetElapsedTime(stamps[0], stamps[^1]).TotalSeconds, rate = (stamps.Length - 1) / seconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{stamps.Length} tasks in {seconds:0.00} s: {rate:0.0} tasks/s, {rate * length / 1e6:0.0} MB/s in each direction"));
        return 0;
    }

    private sealed class EchoClient(WireModel model) : IFlowerClient
    {
        public List<long> Stamps { get; } = [];

        public Task<WireModel?> GetParametersAsync(IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation) =>
            Task.FromResult<WireModel?>(model);

        public Task<FitReport> FitAsync(WireModel sent, IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation)
        {
            Stamps.Add(TimeProvider.System.GetTimestamp());
            return Task.FromResult(new FitReport(sent, 1, new Dictionary<string, Scalar>()));
        }

        public Task<EvaluateResult?> EvaluateAsync(WireModel sent, IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation) =>
            Task.FromResult<EvaluateResult?>(new(0, 1, new Dictionary<string, Scalar>()));
    }
}
