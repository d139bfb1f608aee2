using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using Straggler.Aggregation;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="GeneralizedAsyncSgd"/>.</summary>
public sealed record GeneralizedAsyncSgdOptions
{
    /// <summary>Server learning rate η: the step along the delta of a client that was drawn with probability 1/n.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("server_lr", Aliases = ["eta", "server_learning_rate"])]
    public double ServerLearningRate { get; init; } = 0.5;

    /// <summary>What each client counts in the objective; the paper's is the mean over the clients.</summary>
    public ClientWeighting Weighting { get; init; } = ClientWeighting.Uniform;
}

/// <summary>Generalized AsyncSGD: at every arrival x ← x + η/(n p_i) Δ_i, with p_i the probability that the client was drawn with.</summary>
/// <remarks>
/// Source: L. Leconte, M. Jonckheere, S. Samsonov, E. Moulines, "Queuing dynamics of asynchronous federated learning", AISTATS 2024, arXiv
/// 2405.00017, Algorithm 1. However often a client is drawn, it then pulls the model as if all were drawn alike; with <c>weighting:
/// samples</c> the factor is w_i/p_i with w_i = n_i/Σn. p_i is the one at dispatch, so that probabilities may change during a run (selection
/// <c>importance</c>): the expectation over the draw, given the past, is the same. Deviations: a delta of several local steps stands for a
/// gradient; BatchNorm's running statistics are averages and no directions, so they move by at most the whole delta.
/// </remarks>
public sealed class GeneralizedAsyncSgd : IServerStrategy
{
    private readonly GeneralizedAsyncSgdOptions _options;
    private readonly StrategyServices _services;
    private readonly DeltaBuffer _delta;

    /// <summary>Starts without state.</summary>
    /// <exception cref="InvalidOptionException">The selection does not know its probabilities.</exception>
    public GeneralizedAsyncSgd(GeneralizedAsyncSgdOptions options, StrategyServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        if (!services.KnowsProbabilities)
        {
            throw new InvalidOptionException("scheduler.selection",
                "generalized_asyncsgd divides by the probability that a client was drawn with, which is known neither of a selection among those "
                + "who are idle nor of a replay's record. Allowed: auto, queued, importance; not in a replay.");
        }

        _options = options;
        _services = services;
        _delta = new(services);
    }

    /// <inheritdoc/>
    public string OwnSelection => "queued";

    /// <inheritdoc/>
    public bool AveragesDeltas => true;

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        if (!(arrival.Probability > 0))
        {
            throw new InvalidOperationException($"Client {arrival.Client} arrived without the probability that it was drawn with.");
        }

        double share = _options.Weighting == ClientWeighting.Samples ? _services.ShareOf(arrival.Client) : 1.0 / _services.ClientCount;
        double weight = share / arrival.Probability;
        _delta.Add(update, weight);
        if (weight * _options.ServerLearningRate > 1)
        {
            Span<float> averages = _delta.Sum[_services.TrainableCount..];
            TensorPrimitives.Divide(averages, (float)(weight * _options.ServerLearningRate), averages);
        }

        _delta.Step(model, 1, _options.ServerLearningRate);
        return weight;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("delta", _delta);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("delta", _delta);
    }
}
