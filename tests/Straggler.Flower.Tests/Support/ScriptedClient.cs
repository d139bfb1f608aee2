using System.Globalization;
using Straggler.Arrays;
using Straggler.Flower.Client;
using Straggler.Flower.Models;
using Straggler.Flower.Server;

namespace Straggler.Flower.Tests.Support;

/// <summary>A client that adds a number to every parameter.</summary>
internal sealed class ScriptedClient(WireLayout layout, float step = 1) : IFlowerClient
{
    /// <summary>Called before each training.</summary>
    public Func<Task> BeforeFit { get; init; } = () => Task.CompletedTask;

    /// <summary>The configurations of the trainings.</summary>
    public List<IReadOnlyDictionary<string, Scalar>> Configs { get; } = [];

    public Task<IReadOnlyDictionary<string, Scalar>?> GetPropertiesAsync(
        IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyDictionary<string, Scalar>?>(config.ToDictionary(entry => "my " + entry.Key, entry => entry.Value));

    public Task<WireModel?> GetParametersAsync(IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation) =>
        Task.FromResult<WireModel?>(layout.Write(Enumerable.Repeat(step, layout.Parameters.Length).ToArray()));

    public async Task<FitReport> FitAsync(WireModel model, IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation)
    {
        Configs.Add(config);
        await BeforeFit();
        float[] values = new float[layout.Parameters.Length];
        layout.Read(model, values);
        return new(layout.Write([.. values.Select(value => value + step)]), 10, new Dictionary<string, Scalar> { ["train_loss"] = 0.5 });
    }

    public Task<EvaluateResult?> EvaluateAsync(WireModel model, IReadOnlyDictionary<string, Scalar> config, CancellationToken cancellation)
    {
        float[] values = new float[layout.Parameters.Length];
        layout.Read(model, values);
        string sum = values.Sum().ToString(CultureInfo.InvariantCulture);
        return Task.FromResult<EvaluateResult?>(new(0.25, 7, new Dictionary<string, Scalar> { ["accuracy"] = 0.75, ["sum"] = sum }));
    }
}
