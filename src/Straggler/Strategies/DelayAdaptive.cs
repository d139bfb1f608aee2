using System.ComponentModel.DataAnnotations;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;

namespace Straggler.Strategies;

/// <summary>What becomes of updates above the threshold of <see cref="DelayAdaptive"/>.</summary>
public enum LongDelays
{
    /// <summary>They count by τ_C/τ.</summary>
    Scale,

    /// <summary>They are refused.</summary>
    Drop,
}

/// <summary>Options of <see cref="DelayAdaptive"/>.</summary>
public sealed record DelayAdaptiveOptions
{
    /// <summary>Server learning rate η.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("server_lr", Aliases = ["eta", "server_learning_rate"])]
    public double ServerLearningRate { get; init; } = 1;

    /// <summary>τ_C: largest staleness that counts in full; null for the number of clients in flight, as in the source.</summary>
    [Range(1L, long.MaxValue)]
    [ConfigKey("delay_threshold", Aliases = ["tau_c"])]
    public long? DelayThreshold { get; init; }

    /// <summary>What becomes of staler updates.</summary>
    public LongDelays LongDelays { get; init; } = LongDelays.Scale;
}

/// <summary>Delay-adaptive asynchronous SGD: x ← x + η·min(1, τ_C/τ)·Δ_i at every arrival, or nothing above τ_C.</summary>
/// <remarks>
/// Source: A. Koloskova, S. Stich, M. Jaggi, "Sharper convergence guarantees for asynchronous SGD for distributed and federated learning",
/// NeurIPS 2022, arXiv 2206.08307, Algorithm 1 with the delay-adaptive stepsizes of its section 4: η_t = η up to τ_C, below min(η, 1/(4Lτ))
/// or dropped beyond; with η = 1/(4Lτ_C), the largest of the theorem, 1/(4Lτ) is η·τ_C/τ, which needs no L. Also K. Mishchenko et al.,
/// "Asynchronous SGD beats minibatch SGD under arbitrary delays", NeurIPS 2022, arXiv 2206.07638. τ_C is the concurrency there: the mean
/// staleness is below it whatever the delays. Deviation: a delta of several local steps stands for the gradient.
/// </remarks>
public sealed class DelayAdaptive(DelayAdaptiveOptions options, StrategyServices services) : IServerStrategy
{
    private readonly long _threshold = options.DelayThreshold ?? services.Concurrency;

    /// <inheritdoc/>
    public bool Admits(in Arrival arrival) => options.LongDelays == LongDelays.Scale || arrival.Staleness <= _threshold;

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        double rate = options.ServerLearningRate * Math.Min(1, (double)_threshold / Math.Max(1, arrival.Staleness));
        using ServerStep step = model.BeginStep();
        FlatVector.AddDelta(step.Current, update.Local, update.Base, (float)rate, step.Next);
        return rate;
    }

    /// <summary>Nothing: the model is all that the strategy works on.</summary>
    public void Save(StateWriter writer)
    {
    }

    /// <summary>Nothing.</summary>
    public void Load(StateReader reader)
    {
    }
}
