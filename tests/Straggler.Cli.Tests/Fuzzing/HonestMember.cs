using Straggler.Arrays;
using Straggler.Federation;
using Straggler.Flower;
using Straggler.Flower.Client;
using Straggler.Flower.Models;
using Straggler.Flower.Server;

namespace Straggler.Cli.Tests.Fuzzing;

/// <summary>A client that keeps to the protocol: its model is all ones, and so is what it trains.</summary>
/// <param name="number">Its number.</param>
internal sealed class HonestMember(int number) : IFlowerClient
{
    private static readonly TimeSpan _work = TimeSpan.FromMilliseconds(10);
    private int _tasks;

    /// <summary>The model's layout.</summary>
    public static ParameterLayout Layout { get; } = new([new("0", [2, 3], ParameterKind.Parameter, 0), new("1", [3], ParameterKind.Parameter, 6)]);

    /// <summary>How many tasks it was given.</summary>
    public int Tasks => Volatile.Read(ref _tasks);

    private static WireModel Ones { get; } = WireLayout.Of(Layout).Write(Enumerable.Repeat(1f, Layout.Length).ToArray());

    public Task<IReadOnlyDictionary<string, Scalar>?> GetPropertiesAsync(IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyDictionary<string, Scalar>?>(new Dictionary<string, Scalar> { ["client"] = (long)number });

    public Task<WireModel?> GetParametersAsync(IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation) => Task.FromResult<WireModel?>(Ones);

    public async Task<FitReport> FitAsync(WireModel model, IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _tasks);
        await Task.Delay(_work, TimeProvider.System, cancellation);
        return new(Ones, 10, new Dictionary<string, Scalar> { ["train_loss"] = 0.5 });
    }

    public Task<EvaluateResult?> EvaluateAsync(WireModel model, IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation) =>
        Task.FromResult<EvaluateResult?>(new(0.5, 10, new Dictionary<string, Scalar> { ["accuracy"] = 0.5 }));
}
