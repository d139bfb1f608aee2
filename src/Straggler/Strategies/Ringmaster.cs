using System.ComponentModel.DataAnnotations;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="Ringmaster"/>.</summary>
public sealed record RingmasterOptions
{
    /// <summary>R: updates this stale or staler are discarded; null for the number of clients in flight.</summary>
    [Range(1L, long.MaxValue)]
    [ConfigKey("delay_threshold", Aliases = ["r"])]
    public long? DelayThreshold { get; init; }

    /// <summary>Whether tasks that have become as stale as R are stopped and their clients sent anew (Algorithm 5), not left to finish.</summary>
    public bool StopStale { get; init; }

    /// <summary>Server learning rate γ.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("server_lr", Aliases = ["eta", "server_learning_rate"])]
    public double ServerLearningRate { get; init; } = 1;
}

/// <summary>Ringmaster ASGD: x ← x + γΔ_i at every arrival with τ &lt; R; staler ones are discarded.</summary>
/// <remarks>
/// Source: A. Maranjyan, A. Tyurin, P. Richtárik, "Ringmaster ASGD: the first asynchronous SGD with optimal time complexity", ICML 2025,
/// arXiv 2501.16168, Algorithm 4, and with <c>stop_stale</c> Algorithm 5. What is discarded is never trained, and the version does not count it. The paper's R is ⌈σ²/ε⌉, which
/// nobody knows for a neural network; here it is by default the concurrency C, so that equal clients (τ = C − 1) all count.
/// Deviation: a delta of several local steps stands for the gradient.
/// </remarks>
public sealed class Ringmaster(RingmasterOptions options, StrategyServices services) : IServerStrategy
{
    private readonly long _threshold = options.DelayThreshold ?? services.Concurrency;

    /// <inheritdoc/>
    public long? CallsBackAt => options.StopStale ? _threshold : null;

    /// <inheritdoc/>
    public bool Admits(in Arrival arrival) => arrival.Staleness < _threshold;

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using ServerStep step = model.BeginStep();
        FlatVector.AddDelta(step.Current, update.Local, update.Base, (float)options.ServerLearningRate, step.Next);
        return options.ServerLearningRate;
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
