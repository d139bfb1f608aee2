using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using Straggler.Aggregation;
using Straggler.Checkpoints;
using Straggler.Configuration;
using Straggler.Federation;
using Straggler.Training;

namespace Straggler.Strategies;

/// <summary>Options of <see cref="FedNova"/>.</summary>
public sealed record FedNovaOptions : FedAvgOptions
{
    /// <summary>μ of the clients' proximal term μ/2‖w − x‖²; 0 for none.</summary>
    [Range(0.0, 1e6)]
    [ConfigKey("proximal", Aliases = ["mu"])]
    public double Proximal { get; init; }
}

/// <summary>FedNova: x ← x + η_g τ_eff Σ p_i Δ_i/‖a_i‖₁, so that clients that made more steps do not pull harder.</summary>
/// <remarks>
/// <para>Source: J. Wang et al., "Tackling the objective inconsistency problem in heterogeneous federated optimization", NeurIPS 2020,
/// arXiv 2007.07481, Algorithm 1 and its authors' code. p_i = n_i/Σn over the round. ‖a_i‖₁ says how much a client's steps add up to: τ_i
/// for plain SGD, [τ − ρ(1 − ρ^τ)/(1 − ρ)]/(1 − ρ) with momentum ρ, (1 − (1 − ημ)^τ)/(ημ) with the proximal term. It is computed as what
/// the client's steps make of a gradient of 1, which covers momentum, Nesterov's form and the proximal term in any combination, as
/// clients here really apply them. τ_eff = Σ p_i‖a_i‖₁, or Σ p_i τ_i with the proximal term, as in the authors' code.</para>
/// <para>Adam and clipping are refused: their steps do not add up like this. The paper's server momentum is the optimizer of
/// <c>aggregation</c>. A client that made no step has no direction and no weight. State: the round's sum and three numbers.
/// BatchNorm's buffers are averaged by p_i, not normalised.</para>
/// </remarks>
public sealed class FedNova : IServerStrategy
{
    private readonly FedNovaOptions _options;
    private readonly LocalTrainingOptions _recipe;
    private readonly int _trained;
    private readonly DeltaBuffer _round;
    private readonly float[] _buffers;
    private readonly ClientAlgorithm _clients;
    private double _samples;
    private double _effective;

    /// <summary>Starts with an empty round.</summary>
    /// <exception cref="InvalidOptionException">The clients' recipe is not SGD.</exception>
    public FedNova(FedNovaOptions options, StrategyServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        LocalRecipe.RequireSgd(services.Local, "fednova", momentum: true);
        _options = options;
        _recipe = services.Local;
        _trained = services.TrainableCount;
        _round = new(services);
        _buffers = new float[services.ParameterCount - services.TrainableCount];
        _clients = new() { ProximalCoefficient = options.Proximal };
    }

    /// <inheritdoc/>
    public bool IsSynchronous => true;

    /// <inheritdoc/>
    public bool AveragesDeltas => true;

    /// <inheritdoc/>
    public ClientAlgorithm Instruct(in Dispatch dispatch, ServerModel model) => _clients;

    /// <inheritdoc/>
    public double OnArrival(in Arrival arrival, in ClientUpdate update, ServerModel model)
    {
        int steps = update.Outcome.GradientSteps;
        if (steps == 0)
        {
            _round.Add(update, 0);
            return 0;
        }

        double samples = _options.Weighting == ClientWeighting.Samples ? arrival.Samples : 1;
        double curvature = _recipe.LearningRate * update.Algorithm.LearningRateScale * _options.Proximal;
        double norm = StepReach.Of(steps, curvature, _recipe.Momentum, _recipe.Nesterov);
        _round.Add(update, samples / norm);
        FlatVector.Accumulate(_buffers, update.Local[_trained..], update.Base[_trained..], (float)samples);
        _samples += samples;
        _effective += samples * (_options.Proximal > 0 ? steps : norm);
        return samples / norm;
    }

    /// <inheritdoc/>
    public void OnRoundEnd(in Round round, ServerModel model)
    {
        if (_samples > 0)
        {
            // τ_eff Σ p_i Δ_i/‖a_i‖ = (effective/samples) · sum/samples; the buffers' mean is undone by the same divisor.
            double divisor = _samples * _samples / _effective;
            TensorPrimitives.Multiply(_buffers, (float)(divisor / _samples), _round.Sum[_trained..]);
            _round.Step(model, divisor, _options.ServerLearningRate);
        }
        else if (_round.Count > 0)
        {
            // Nobody has a direction, as where nothing is trained: a round all the same.
            _round.Step(model, 1, _options.ServerLearningRate);
        }

        Array.Clear(_buffers);
        (_samples, _effective) = (0, 0);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write("round", _round);
        writer.Write<float>(_buffers);
        writer.Write(_samples);
        writer.Write(_effective);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        reader.Read("round", _round);
        reader.ReadInto<float>(_buffers);
        _samples = reader.ReadDouble();
        _effective = reader.ReadDouble();
    }
}
