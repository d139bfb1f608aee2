using Straggler.Arrays;
using Straggler.Federation;
using Straggler.Flower;
using Straggler.Flower.Client;
using Straggler.Flower.Models;

namespace Straggler.Cli.Tests.Live;

/// <summary>A client with a model of its own, which trains on other samples each time and tells nothing else of it.</summary>
/// <param name="number">Its number; null if it names none.</param>
internal sealed class ForeignMember(int? number = null) : IFlowerClient
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _tasks;

    /// <summary>How its model travels.</summary>
    public static WireLayout Layout { get; } = WireLayout.Of(new ParameterLayout([new("w", [3], ParameterKind.Parameter, 0)]));

    /// <summary>The parameters that a server may begin with.</summary>
    public float[] Own { get; init; } = [1, 2, 3];

    /// <summary>The task, by its own count, in which it sends NaN.</summary>
    public int? Broken { get; init; }

    /// <summary>What it waits for before it answers a training; null for nothing.</summary>
    public TaskCompletionSource? Hold { get; init; }

    /// <summary>What it waits for, deaf to everything, before it gives its parameters; null for nothing.</summary>
    public TaskCompletionSource? HoldParameters { get; init; }

    /// <summary>Completes when it is asked for its parameters.</summary>
    public Task AskedForParameters => _asked.Task;

    /// <summary>How long an array it answers trainings with; null for what a proper answer has.</summary>
    public int? AnswerLength { get; init; }

    /// <summary>What it was first sent to train.</summary>
    public float[]? First { get; private set; }

    /// <summary>How many samples a client trains on in a task of its own count.</summary>
    public static int SamplesOf(int client, int task) => 20 + (30 * client) + (11 * task % 40);

    /// <summary>Joins a server until the server sends it home; a failure ends it.</summary>
    /// <param name="address">The server.</param>
    /// <param name="cancellation">Leaves before; null for the test's own end.</param>
    /// <param name="log">Told what happens.</param>
    public Task StayAsync(string address, CancellationToken? cancellation = null, Action<string>? log = null) =>
        new FlowerMember(new() { Server = address, MaximumFailures = 1 }, TimeProvider.System, () => 0, log ?? (_ => { }))
            .RunAsync(this, cancellation ?? TestContext.Current.CancellationToken);

    public Task<IReadOnlyDictionary<string, Scalar>?> GetPropertiesAsync(IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyDictionary<string, Scalar>?>(number is { } mine ? new Dictionary<string, Scalar> { ["client"] = (long)mine } : null);

    public async Task<WireModel?> GetParametersAsync(IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation)
    {
        _asked.TrySetResult();
        await (HoldParameters?.Task ?? Task.CompletedTask);
        return Layout.Write(Own);
    }

    public async Task<FitReport> FitAsync(WireModel model, IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation)
    {
        int task = _tasks++;
        float[] values = new float[3];
        Layout.Read(model, values);
        First ??= [.. values];
        values[task % 3] += task == Broken ? float.NaN : (number ?? 0) - 0.5f;
        await (Hold?.Task ?? Task.CompletedTask).WaitAsync(cancellation);
        return new(AnswerLength is { } length ? Long(length) : Layout.Write(values), SamplesOf(number ?? 0, task), new Dictionary<string, Scalar>());
    }

    private static WireModel Long(int length) => WireLayout.Of(new ParameterLayout([new("w", [length], ParameterKind.Parameter, 0)])).Write(new float[length]);
}
