using System.ComponentModel.DataAnnotations;
using Straggler.Checkpoints;
using Straggler.Federation;
using Straggler.Training;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="AsyncFedEd"/>.</summary>
public sealed record AsyncFedEdOptions
{
    /// <summary>λ: the rate of an update is λ/(γ + ε).</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    public double Lambda { get; init; } = 1;

    /// <summary>ε: λ/ε is the rate of a fresh update.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    public double Epsilon { get; init; } = 1;

    /// <summary>γ̄: the staleness that the clients' local work is steered to.</summary>
    [Range(0.0, 1e6)]
    public double GammaBar { get; init; } = 3;

    /// <summary>κ: epochs (or steps, where the recipe counts in steps) added per unit of γ̄ − γ; 0 leaves the local work as it is.</summary>
    [Range(0.0, 1e6)]
    public double Kappa { get; init; }

    /// <summary>Most epochs (or steps) that κ may lead to.</summary>
    [Range(1, 100_000)]
    public int MaxLocalEpochs { get; init; } = 20;
}

/// <summary>AsyncFedED: x ← x + λ/(γ + ε)·Δ_i at every arrival, with γ = ‖x_t − x_{t−τ}‖/‖Δ_i‖: staleness as a distance.</summary>
/// <remarks>
/// <para>Source: Q. Wang, Q. Yang, S. He, Z. Shi, J. Chen, "AsyncFedED: asynchronous federated learning with Euclidean distance based
/// adaptive weight aggregation", 2022, arXiv 2205.13797. Norms are over the trained parameters, and BatchNorm's buffers move at the same
/// rate, capped at 1. γ is 0 for a fresh update, whatever its length; a stale delta of no length has nothing to apply and the rate 0.</para>
/// <para>With κ above 0 the local epochs follow the paper's K ← K + E[(γ̄ − γ)κ], with E read as rounding to the nearest integer, at least
/// 1. It is off by default: on data where γ stays below γ̄ it makes every task longer until the cap.</para>
/// </remarks>
public sealed class AsyncFedEd : IServerStrategy
{
    private readonly AsyncFedEdOptions _options;
    private readonly LocalTrainingOptions _recipe;
    private readonly int _trained;
    private readonly int[] _work;

    /// <summary>Every client begins with the recipe's epochs or steps.</summary>
    public AsyncFedEd(AsyncFedEdOptions options, StrategyServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        _options = options;
        _recipe = services.Local;
        _trained = services.TrainableCount;
        _work = options.Kappa == 0 ? [] : [.. Enumerable.Repeat(_recipe.Steps ?? _recipe.Epochs, services.ClientCount)];
    }

    /// <inheritdoc/>
    public ClientAlgorithm Instruct(in Dispatch dispatch, ServerModel model) => _work.Length == 0 ? ClientAlgorithm.Plain
        : new() { Steps = _recipe.Steps is null ? (_recipe with { Epochs = _work[dispatch.Client] }).StepsPerTask(dispatch.Samples) : _work[dispatch.Client] };

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        double distance = FlatVector.Distance(model.Current[.._trained], update.Base[.._trained]);
        double length = FlatVector.Distance(update.Local[.._trained], update.Base[.._trained]);
        double gamma = distance == 0 ? 0 : distance / length;
        double rate = _options.Lambda / (gamma + _options.Epsilon);
        using (ServerStep step = model.BeginStep())
        {
            FlatVector.AddDelta(step.Current[.._trained], update.Local, update.Base, (float)rate, step.Next[.._trained]);
            FlatVector.AddDelta(
                step.Current[_trained..], update.Local[_trained..], update.Base[_trained..], (float)Math.Min(1, rate), step.Next[_trained..]);
        }

        Steer(arrival.Client, gamma);
        return rate;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write<int>(_work);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.ReadInto<int>(_work);
    }

    private void Steer(int client, double gamma)
    {
        if (_work.Length > 0)
        {
            double wanted = _work[client] + Math.Round((_options.GammaBar - gamma) * _options.Kappa);
            _work[client] = (int)Math.Clamp(wanted, 1, _options.MaxLocalEpochs);
        }
    }
}
