using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using Straggler.Aggregation;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="Mifa"/>.</summary>
public sealed record MifaOptions
{
    /// <summary>Server learning rate η_g; 1 applies the mean of the latest deltas as it is.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("server_lr", Aliases = ["eta", "server_learning_rate"])]
    public double ServerLearningRate { get; init; } = 1;
}

/// <summary>MIFA: at each round's end x ← x + η_g (1/n) Σ_j G_j, with G_j the latest delta of client j, whether it came in this round or not.</summary>
/// <remarks>
/// <para>Source: X. Gu et al., "Fast federated learning in the presence of arbitrary device unavailability", NeurIPS 2021, arXiv
/// 2106.04159, Algorithm 1. The paper divides deltas by the local learning rate and multiplies by the round's; with one rate for the whole
/// run that is the delta itself. Deviation: the paper has every client answer in the first round; here a client that has not been heard
/// of counts as 0 in the mean over all n.</para>
/// <para>Memory: a vector for each client heard of, see <see cref="ClientVectors"/>, and their sum, kept up to date in single precision.
/// BatchNorm's buffers are averaged over the round: the latest change of a mean is no direction to repeat.</para>
/// </remarks>
/// <param name="options">Server learning rate.</param>
/// <param name="services">The run.</param>
public sealed class Mifa(MifaOptions options, StrategyServices services) : IServerStrategy
{
    private readonly DeltaBuffer _round = DeltaBuffer.WithoutNoise(services, "mifa");
    private readonly ClientVectors _latest = new(services.ClientCount, services.TrainableCount);
    private readonly float[] _sum = new float[services.TrainableCount];

    /// <inheritdoc/>
    public bool IsSynchronous => true;

    /// <inheritdoc/>
    public bool AveragesDeltas => true;

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        _round.Add(update, 1);
        FlatVector.Replace(_latest.Of(arrival.Client), update.Local, update.Base, _sum, 1);
        return 1.0 / services.ClientCount;
    }

    /// <inheritdoc/>
    public void OnRoundEnd(in Round round, ServerModel model)
    {
        if (_latest.Count > 0)
        {
            int present = Math.Max(1, _round.Count);
            TensorPrimitives.Multiply(_sum, (float)present / services.ClientCount, _round.Sum[.._sum.Length]);
            _round.Step(model, present, options.ServerLearningRate);
        }
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("round", _round);
        writer.Write("latest", _latest);
        writer.Write<float>(_sum);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("round", _round);
        reader.Read("latest", _latest);
        reader.ReadInto<float>(_sum);
    }
}
