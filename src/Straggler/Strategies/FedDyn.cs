using System.ComponentModel.DataAnnotations;
using Straggler.Aggregation;
using Straggler.Checkpoints;
using Straggler.Federation;
using Straggler.Training;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="FedDyn"/>.</summary>
public sealed record FedDynOptions
{
    /// <summary>α, the strength of the regulariser; the authors' 0.01.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    public double Alpha { get; init; } = 0.01;
}

/// <summary>FedDyn: clients minimise f_i(w) − ⟨λ_i, w⟩ + α/2‖w − x‖², so that rounds agree only where Σ∇f_i = 0.</summary>
/// <remarks>
/// <para>Source: D. A. E. Acar et al., "Federated learning based on dynamic regularization", ICLR 2021, arXiv 2111.04263, Algorithm 1.
/// After training λ_i ← λ_i − α(w_i − x). At a round's end h ← h − (α/n) Σ_S (w_k − x) and x ← (1/|S|) Σ_S w_k − h/α. Kept here are
/// −λ_i, which is the correction that clients add to every gradient, and −h/α, so that x ← x + mean Δ + (−h/α). All are 0 at first.</para>
/// <para>λ_i stands for ∇f_i at the client's solution, whatever optimizer found it: any recipe will do. Deviation: the authors' code
/// divides α by the client's share of the samples; Algorithm 1 does not.</para>
/// <para>Memory: a vector for each client heard of, see <see cref="ClientVectors"/>; −h/α and the round's sum; and the correction of each
/// client in flight. BatchNorm's buffers are averaged over the round.</para>
/// </remarks>
/// <param name="options">α.</param>
/// <param name="services">The run.</param>
public sealed class FedDyn(FedDynOptions options, StrategyServices services) : IServerStrategy
{
    private readonly DeltaBuffer _round = DeltaBuffer.WithoutNoise(services, "feddyn");
    private readonly ClientVectors _corrections = new(services.ClientCount, services.TrainableCount);
    private readonly float[] _memory = new float[services.TrainableCount];
    private readonly ClientAlgorithm _first = new() { ProximalCoefficient = options.Alpha };

    /// <inheritdoc/>
    public bool IsSynchronous => true;

    /// <inheritdoc/>
    public bool SendsVectors => true;

    /// <inheritdoc/>
    public bool AveragesDeltas => true;

    /// <inheritdoc/>
    public ClientAlgorithm Instruct(in Dispatch dispatch, ServerModel model) => _corrections.Has(dispatch.Client)
        ? _first with { Correction = _corrections.Of(dispatch.Client).ToArray() }
        : _first;

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        int trained = _memory.Length;
        _round.Add(update, 1);
        ReadOnlySpan<float> local = update.Local[..trained], sent = update.Base[..trained];
        FlatVector.Accumulate(_corrections.Of(arrival.Client), local, sent, (float)options.Alpha);
        return 1;
    }

    /// <inheritdoc/>
    public void OnRoundEnd(in Round round, ServerModel model)
    {
        if (_round.Count > 0)
        {
            Span<float> sum = _round.Sum[.._memory.Length];
            FlatVector.Step(_memory, sum, 1f / services.ClientCount, _memory);
            FlatVector.Step(sum, _memory, _round.Count, sum);
            _round.Step(model, _round.Count, 1);
        }
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("round", _round);
        writer.Write("corrections", _corrections);
        writer.Write<float>(_memory);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("round", _round);
        reader.Read("corrections", _corrections);
        reader.ReadInto<float>(_memory);
    }
}
