using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="Ace"/>.</summary>
public sealed record AceOptions
{
    /// <summary>
    /// Server learning rate η. A remembered delta is applied at every arrival until its client comes again, so this is far below 1.
    /// </summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("server_lr", Aliases = ["eta", "server_learning_rate"])]
    public double ServerLearningRate { get; init; } = 0.1;
}

/// <summary>ACE: every arrival replaces its client's remembered delta U_i, then x ← x + η (1/n) Σ_j U_j over all n clients.</summary>
/// <remarks>
/// <para>Source: X. Chang et al., "Mitigating participation imbalance bias in asynchronous federated learning", 2025, arXiv 2511.19066,
/// the algorithm ACE (all-client engagement). Deviations: the paper asks all clients for a first gradient before it starts, here U_j is 0
/// until client j has come; a delta of several local steps stands for the gradient.</para>
/// <para>Memory: one vector for each client that has been heard of, see <see cref="ClientVectors"/>, and their sum, which is kept as a
/// running sum in single precision. BatchNorm's buffers are no directions that could be applied again: those of the arriving client are
/// mixed in at 1/C, with C the clients in flight.</para>
/// </remarks>
public sealed class Ace(AceOptions options, StrategyServices services) : IServerStrategy
{
    private readonly ClientVectors _deltas = new(services.ClientCount, services.TrainableCount);
    private readonly float[] _sum = new float[services.TrainableCount];

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        int trained = _sum.Length;
        Span<float> delta = _deltas.Of(arrival.Client);
        TensorPrimitives.Subtract(_sum, delta, _sum);
        TensorPrimitives.Subtract(update.Local[..trained], update.Base[..trained], delta);
        TensorPrimitives.Add(_sum, delta, _sum);
        using ServerStep step = model.BeginStep();
        FlatVector.Step(step.Current[..trained], _sum, (float)(options.ServerLearningRate / services.ClientCount), step.Next[..trained]);
        FlatVector.Mix(step.Current[trained..], update.Local[trained..], 1f / services.Concurrency, step.Next[trained..]);
        return options.ServerLearningRate / services.ClientCount;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("deltas", _deltas);
        writer.Write<float>(_sum);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("deltas", _deltas);
        reader.ReadInto<float>(_sum);
    }
}
