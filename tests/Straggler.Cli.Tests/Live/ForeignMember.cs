using Straggler.Federation;
using Straggler.Flower;
using Straggler.Flower.Client;
using Straggler.Flower.Models;

namespace Straggler.Cli.Tests.Live;

/// <summary>A client with a model of its own, which trains on other samples each time and tells nothing else of it.</summary>
/// <param name="number">Its number.</param>
internal sealed class ForeignMember(int number) : IFlowerClient
{
    private static readonly WireLayout _layout = WireLayout.Of(new ParameterLayout([new("w", [3], ParameterKind.Parameter, 0)]));

    private int _tasks;

    /// <summary>How many samples a client trains on in a task of its own count.</summary>
    public static int SamplesOf(int client, int task) => 20 + (30 * client) + (11 * task % 40);

    /// <summary>The task, by its own count, in which it sends NaN.</summary>
    public int? Broken { get; init; }

    /// <summary>Joins a server until the server sends it home.</summary>
    public Task StayAsync(string address) => new FlowerMember(new() { Server = address, MaximumFailures = 1 }, TimeProvider.System, () => 0, _ => { })
        .RunAsync(this, TestContext.Current.CancellationToken);

    public Task<IReadOnlyDictionary<string, Scalar>?> GetPropertiesAsync(
        IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyDictionary<string, Scalar>?>(new Dictionary<string, Scalar> { ["client"] = (long)number });

    public Task<WireModel?> GetParametersAsync(IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation) =>
        Task.FromResult<WireModel?>(_layout.Write([1, 2, 3]));

    public Task<FitReport> FitAsync(WireModel model, IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation)
    {
        int task = _tasks++;
        float[] values = new float[3];
        _layout.Read(model, values);
        values[task % 3] += task == Broken ? float.NaN : number - 0.5f;
        return Task.FromResult(new FitReport(_layout.Write(values), SamplesOf(number, task), new Dictionary<string, Scalar>()));
    }
}
