using System.ComponentModel.DataAnnotations;
using Straggler.Aggregation;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="Fadas"/>.</summary>
public sealed record FadasOptions
{
    /// <summary>Updates per server step, M; the authors' 5.</summary>
    [Range(1, int.MaxValue)]
    public int BufferSize { get; init; } = 5;

    /// <summary>Server learning rate η: about how far each parameter moves in a step. The authors' 0.001 with the delay-adaptive rate.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("server_lr", Aliases = ["eta", "server_learning_rate"])]
    public double ServerLearningRate { get; init; } = 0.001;

    /// <summary>Whether η is divided by the largest staleness of a buffer that exceeds <see cref="DelayThreshold"/>.</summary>
    public bool DelayAdaptive { get; init; } = true;

    /// <summary>τ_c: largest staleness of a buffer that leaves η as it is; the authors' 1.</summary>
    [Range(0L, long.MaxValue)]
    [ConfigKey("delay_threshold", Aliases = ["tau_c"])]
    public long DelayThreshold { get; init; } = 1;

    /// <summary>β₁, the memory of the first moment; the paper's 0.9.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂, the memory of the second moment; the paper's 0.99.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta2 { get; init; } = 0.99;

    /// <summary>ε, added to the root of v̂; the paper's 1e-8.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    public double Epsilon { get; init; } = 1e-8;
}

/// <summary>FADAS: after M arrivals an AMSGrad step along Δ̄ = (1/M) Σ Δ_i, with a rate that falls with the buffer's largest staleness.</summary>
/// <remarks>
/// <para>Source: Y. Wang, S. Wang, S. Lu, J. Chen, "FADAS: towards federated adaptive asynchronous optimization", ICML 2024, arXiv
/// 2407.18365, Algorithms 1 and 2. m ← β₁m + (1 − β₁)Δ̄, v ← β₂v + (1 − β₂)Δ̄², v̂ ← max(v̂, v), x ← x + η_t m/(√v̂ + ε), no bias
/// correction; see <see cref="AmsGradOptimizer"/>.</para>
/// <para>With τ_max the largest staleness in the buffer, η_t = η up to τ_c and η/τ_max beyond, as the authors' code has it. Summaries of
/// the paper state min(η, 1/τ_max), which is the same rule in units of its theory, and which an η of 0.001 would never feel.</para>
/// <para>BatchNorm's buffers move by their mean delta and have no moments, as in the authors' code.</para>
/// </remarks>
public sealed class Fadas : IServerStrategy
{
    private readonly FadasOptions _options;
    private readonly DeltaBuffer _buffer;
    private readonly AmsGradOptimizer _moments;
    private long _largestStaleness;

    /// <summary>Starts with an empty buffer and no moments.</summary>
    /// <exception cref="InvalidOptionException">The buffer could never fill.</exception>
    public Fadas(FadasOptions options, StrategyServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        BufferSizes.Checked(options.BufferSize, services);
        _options = options;
        _buffer = new(services);
        _moments = new(new() { Beta1 = options.Beta1, Beta2 = options.Beta2, Epsilon = options.Epsilon }, services.TrainableCount);
    }

    /// <summary>v̂ so far, for each trained parameter.</summary>
    public ReadOnlySpan<float> LargestSecondMoment => _moments.Largest;

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _buffer.Add(update, 1);
        _largestStaleness = Math.Max(_largestStaleness, arrival.Staleness);
        if (_buffer.Count == _options.BufferSize)
        {
            using (ServerStep step = model.BeginStep())
            {
                _moments.Step(step.Current, _buffer.Sum, _buffer.Count, Rate(), step.Next);
            }

            _buffer.Clear();
            _largestStaleness = 0;
        }

        return 1;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("buffer", _buffer);
        writer.Write("moments", _moments);
        writer.Write(_largestStaleness);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("buffer", _buffer);
        reader.Read("moments", _moments);
        _largestStaleness = reader.ReadInt64();
    }

    private double Rate() => _options.DelayAdaptive && _largestStaleness > _options.DelayThreshold
        ? _options.ServerLearningRate / _largestStaleness
        : _options.ServerLearningRate;
}
