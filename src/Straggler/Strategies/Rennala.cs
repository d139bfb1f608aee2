using System.ComponentModel.DataAnnotations;
using Straggler.Aggregation;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="Rennala"/>.</summary>
public sealed record RennalaOptions
{
    /// <summary>Fresh updates per server step, the paper's S (or B); 10 by default, as FedBuff has.</summary>
    [Range(1, int.MaxValue)]
    public int BufferSize { get; init; } = 10;

    /// <summary>Server learning rate γ; 1 applies the mean delta as it is.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    [ConfigKey("server_lr", Aliases = ["eta", "server_learning_rate"])]
    public double ServerLearningRate { get; init; } = 1;
}

/// <summary>Rennala SGD: collects S updates made from the current model, whoever makes them, ignores all others, and steps by their mean.</summary>
/// <remarks>
/// Source: A. Tyurin, P. Richtárik, "Optimal time complexities of parallel stochastic optimization methods under a fixed computation
/// model", NeurIPS 2023, arXiv 2305.12387, method "Rennala SGD". An update from an older model is
/// refused by its metadata, is never trained, and its client gets the current model. A fast client may give several of the S.
/// The paper's S is ⌈σ²/ε⌉. Deviation: a delta of several local steps stands for the gradient.
/// </remarks>
public sealed class Rennala : IServerStrategy
{
    private readonly RennalaOptions _options;
    private readonly DeltaBuffer _batch;

    /// <summary>Starts with an empty batch.</summary>
    /// <exception cref="InvalidOptionException">The batch could never fill.</exception>
    public Rennala(RennalaOptions options, StrategyServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        BufferSizes.Checked(options.BufferSize, services);
        _options = options;
        _batch = new(services);
    }

    /// <inheritdoc/>
    public bool AveragesDeltas => true;

    /// <inheritdoc/>
    public bool Admits(in Arrival arrival) => arrival.Staleness == 0;

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        _batch.Add(update, 1);
        if (_batch.Count == _options.BufferSize)
        {
            _batch.Step(model, _batch.Count, _options.ServerLearningRate);
        }

        return 1;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("batch", _batch);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("batch", _batch);
    }
}
