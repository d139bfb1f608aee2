using System.ComponentModel.DataAnnotations;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;
using Straggler.Staleness;
using Straggler.Training;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="FedAsync"/>.</summary>
public sealed record FedAsyncOptions
{
    /// <summary>Mixing rate α of a fresh update; 0.6 as in the paper's experiments.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    [ConfigKey("mixing_rate", Aliases = ["eta", "alpha"])]
    public double MixingRate { get; init; } = 0.6;

    /// <summary>s(τ), the discount of the mixing rate; the paper's polynomial with a = 0.5 by default.</summary>
    [ConfigKey("staleness", Aliases = ["staleness_fn"])]
    public Choice<IStalenessWeight> Staleness { get; init; } = BuiltIns.StalenessWeights.Choose("polynomial");

    /// <summary>ρ of the clients' proximal term ρ/2‖w − x_{t−τ}‖²; the paper's 0.005 by default.</summary>
    [Range(0.0, 1e6)]
    [ConfigKey("proximal", Aliases = ["rho"])]
    public double Proximal { get; init; } = 0.005;

    /// <summary>Updates staler than this are refused; null to take all.</summary>
    [Range(0L, long.MaxValue)]
    [ConfigKey("max_staleness", Aliases = ["drop_stale_after"])]
    public long? MaxStaleness { get; init; }
}

/// <summary>FedAsync: x ← (1 − α_t) x + α_t w_i with α_t = α·s(τ), at every arrival.</summary>
/// <remarks>
/// Source: C. Xie, S. Koyejo, I. Gupta, "Asynchronous federated optimization", 2019, arXiv 1903.03934, Algorithm 1; the refusal above a
/// largest staleness is the paper's "drop". Deviation: the paper bounds the staleness by its scheduler; here it is what the timeline
/// gives. α_t is capped at 1, which only an expression above 1 can reach.
/// </remarks>
public sealed class FedAsync(FedAsyncOptions options) : IServerStrategy
{
    private readonly IStalenessWeight _staleness = options.Staleness.Create();
    private readonly ClientAlgorithm _clients = new() { ProximalCoefficient = options.Proximal };

    /// <inheritdoc/>
    public ClientAlgorithm Instruct(in Dispatch dispatch, ServerModel model) => _clients;

    /// <inheritdoc/>
    public bool Admits(in Arrival arrival) => options.MaxStaleness is not { } most || arrival.Staleness <= most;

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        double mixing = Math.Min(1, options.MixingRate * _staleness.Weight(arrival.Staleness));
        using ServerStep step = model.BeginStep();
        FlatVector.Mix(step.Current, update.Local, (float)mixing, step.Next);
        return mixing;
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
